/** The nouns of this Worker, as clients see them. */
import { z } from '@hono/zod-openapi'
import { planNames } from './plans.ts'

const Count = z.int().min(0)

const Axis = z.strictObject({ used: Count, limit: Count, remaining: Count }).openapi('UsageAxis')

const Operations = z.strictObject({ read: Count, write: Count, money: Count })

export const Usage = z
  .strictObject({
    startsAt: z.iso.datetime(),
    resetsAt: z.iso.datetime().openapi({ description: 'When the quota begins anew' }),
    operations: z.strictObject({ read: Axis, write: Axis, money: Axis }).openapi({
      description: 'Up to the second, with what the gateway holds on stock for the next seconds',
    }),
  })
  .openapi('Usage')

export const DailyUsage = z
  .strictObject({ day: z.iso.date(), operations: Operations })
  .openapi('DailyUsage')

export const DailyUsageList = z
  .strictObject({ data: z.array(DailyUsage) })
  .openapi('DailyUsageList')

export const Billing = z
  .strictObject({
    plan: z.enum(planNames),
    limits: z.strictObject({
      requestsPerMinute: z.strictObject({
        project: Count,
        key: Count,
        player: Count,
        address: Count,
      }),
      operationsPerMonth: Operations,
      boards: Count,
      keys: Count.openapi({ description: 'That are neither revoked nor expired' }),
      webhooks: Count,
      discordApplications: Count,
      retentionDays: Count.openapi({ description: 'How far back the event log can be read' }),
    }),
  })
  .openapi('Billing')
