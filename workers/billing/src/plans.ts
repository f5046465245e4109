/** The plans and everything they limit, as data: the only place that names a figure of a plan. */

/** What a quota counts by: GET reads; a write that demands an Idempotency-Key moves money or items; any other writes. */
export const operationClasses = ['read', 'write', 'money'] as const
export type OperationClass = (typeof operationClasses)[number]

export const planNames = ['free', 'pro', 'scale'] as const
export type PlanName = (typeof planNames)[number]

export type Plan = {
  /** Against abuse; approximate, per location. */
  requestsPerMinute: { project: number; key: number; player: number }
  /** Exact, in a calendar month in UTC. */
  operationsPerMonth: Record<OperationClass, number>
  boardsMax: number
  keysMax: number
  webhooksMax: number
  retentionDays: number
}

export const plans: Record<PlanName, Plan> = {
  free: {
    requestsPerMinute: { project: 6_000, key: 3_000, player: 600 },
    operationsPerMonth: { read: 1_000_000, write: 200_000, money: 100_000 },
    boardsMax: 5,
    keysMax: 5,
    webhooksMax: 1,
    retentionDays: 7,
  },
  pro: {
    requestsPerMinute: { project: 30_000, key: 15_000, player: 1_200 },
    operationsPerMonth: { read: 20_000_000, write: 4_000_000, money: 2_000_000 },
    boardsMax: 50,
    keysMax: 50,
    webhooksMax: 10,
    retentionDays: 30,
  },
  scale: {
    requestsPerMinute: { project: 300_000, key: 150_000, player: 6_000 },
    operationsPerMonth: { read: 1_000_000_000, write: 200_000_000, money: 100_000_000 },
    boardsMax: 500,
    keysMax: 500,
    webhooksMax: 100,
    retentionDays: 365,
  },
}

/** An address is limited before anybody knows its project, so it has one figure: what a server of the largest plan needs. */
export const addressRequestsPerMinute = 150_000

/** A plan that is not in the table counts as the smallest. */
export const planNamed = (name: string): PlanName =>
  planNames.find((known) => known === name) ?? 'free'
