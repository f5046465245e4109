/** The plans and everything they limit, as data: the only place that names a figure of a plan. */

/** What a quota counts by: GET reads; a write that demands an Idempotency-Key moves money or items; any other writes. */
export const operationClasses = ['read', 'write', 'money'] as const
export type OperationClass = (typeof operationClasses)[number]

export const planNames = ['free', 'pro', 'scale'] as const
export type PlanName = (typeof planNames)[number]

/** What a plan counts in a project: leaderboards, API keys that work, webhooks, Discord applications. */
export const countedAxes = ['boards', 'keys', 'webhooks', 'discordApplications'] as const
export type CountedAxis = (typeof countedAxes)[number]

export type Plan = {
  /** Against abuse; approximate, per location. */
  requestsPerMinute: { project: number; key: number; player: number }
  /** Exact, in a calendar month in UTC. */
  operationsPerMonth: Record<OperationClass, number>
  /** How many of each a project may have at the same time; exact. */
  countsMax: Record<CountedAxis, number>
  /** How far back the event log can be read. Nothing is deleted: a larger plan shows it again. */
  retentionDays: number
}

export const plans: Record<PlanName, Plan> = {
  free: {
    requestsPerMinute: { project: 6_000, key: 3_000, player: 600 },
    operationsPerMonth: { read: 1_000_000, write: 200_000, money: 100_000 },
    countsMax: { boards: 5, keys: 5, webhooks: 1, discordApplications: 5 },
    retentionDays: 7,
  },
  pro: {
    requestsPerMinute: { project: 30_000, key: 15_000, player: 1_200 },
    operationsPerMonth: { read: 20_000_000, write: 4_000_000, money: 2_000_000 },
    countsMax: { boards: 50, keys: 50, webhooks: 10, discordApplications: 25 },
    retentionDays: 30,
  },
  scale: {
    requestsPerMinute: { project: 300_000, key: 150_000, player: 6_000 },
    operationsPerMonth: { read: 1_000_000_000, write: 200_000_000, money: 100_000_000 },
    countsMax: { boards: 500, keys: 500, webhooks: 100, discordApplications: 100 },
    retentionDays: 365,
  },
}

/** An address is limited before anybody knows its project, so it has one figure: what a server of the largest plan needs. */
export const addressRequestsPerMinute = 150_000

/** A plan that is not in the table counts as the smallest. */
export const planNamed = (name: string): PlanName =>
  planNames.find((known) => known === name) ?? 'free'
