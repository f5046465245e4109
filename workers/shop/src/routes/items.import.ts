/** Creates and changes many items by their sku, all of them or none; a dry run says what would change. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { sendNotes } from '@coinop/shared/audit'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { invalidField, Problem } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { ImportReport, NewImport, rowsMax } from '../import-model.ts'
import { uniqueSku } from '../item-check.ts'
import { importStatements, type Plan, planImport, reportOf } from '../item-import.ts'
import { problems } from '../problems.ts'

const errorsMax = 100

export const itemsImport = defineRoute({
  access: secretKey('shop:write'),
  route: createRoute({
    operationId: 'items.import',
    method: 'post',
    path: '/v1/items/import',
    summary: 'Import items',
    description:
      'At most 1,000 rows and 256 KiB. A field or a column that is not there leaves the item as it is; an empty cell is the default. When a row is invalid nothing is changed, and `errors` names the rows.',
    request: { body: json(NewImport) },
    responses: {
      200: json(ImportReport, 'What was changed, or would be, row by row'),
      ...problems('sku_taken', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { dryRun, ...source } = c.req.valid('json')
    const db = drizzle(c.env.SHOP_DB)
    if (dryRun) return c.json(reportOf(await planned(db, projectId, source), true), 200)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('items.import', source),
    }
    const { answer, replayed } = await once<ImportReport>(request, async (recordOf) => {
      const plan = await planned(db, projectId, source)
      refuseInvalid(plan)
      const report = reportOf(plan, false)
      const [first, ...rest] = [...importStatements(db, caller, plan), ...(await recordOf(report))]
      if (first) await uniqueSku(() => db.batch([first, ...rest]))
      return report
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})

async function planned(...given: Parameters<typeof planImport>): Promise<Plan> {
  const plan = await planImport(...given)
  if (plan.length > rowsMax) throw invalidField('/body/csv', `Expected at most ${rowsMax} rows.`)
  return plan
}

function refuseInvalid(plan: Plan): void {
  const errors = plan.flatMap(({ row, complaints }) =>
    complaints.map(({ pointer, message }) => ({ pointer: `/rows/${row}${pointer}`, message })),
  )
  if (errors.length > 0)
    throw new Problem('invalid_request', { errors: errors.slice(0, errorsMax) })
}
