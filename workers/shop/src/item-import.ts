/** Many items at once, by their sku: what a file would change, and the change itself, all of it or nothing. */
import { type AuditChange, noteChanges } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { fieldErrors } from '@coinop/shared/field-errors'
import type { Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { columnsOf, rowOf } from './catalogue.ts'
import { type Complaint, complaintsOf, findNamed, itemsNamedBy } from './item-check.ts'
import type { ImportedRow, ImportReport } from './import-model.ts'
import { fromCsv, type PortableItem, toRecord } from './item-records.ts'
import { ItemRecord, Sku } from './model.ts'
import { type ProductRow, products } from './schema.ts'

/** Either rows or a table. */
export type Source = { items?: Record<string, unknown>[] | undefined; csv?: string | undefined }
/** One row of the file: what is there now, what it becomes, and what is wrong with it. */
type Planned = {
  row: number
  sku: string | null
  before: ProductRow | undefined
  after: ProductRow | undefined
  complaints: Complaint[]
}
export type Plan = Planned[]

const complaintsMax = 10

/** What the file would do. */
export async function planImport(
  db: DrizzleD1Database,
  projectId: string,
  source: Source,
): Promise<Plan> {
  const { rows, problems } = source.csv === undefined ? fromItems(source) : fromCsv(source.csv)
  const wanted = rows.flatMap(({ sku }) => (typeof sku === 'string' ? [sku] : []))
  const existing = await findBySku(db, projectId, wanted)
  const seen = new Set<string>()
  const plan = rows.map((given, index): Planned => {
    const sku = Sku.safeParse(given['sku']).data ?? null
    const before = sku === null ? undefined : existing.get(sku)
    const planned = planRow(projectId, { row: index + 1, given, before })
    if (sku !== null && seen.has(sku)) {
      planned.complaints.push({ pointer: '/sku', message: 'Stands in the file before.' })
    }
    if (sku !== null) seen.add(sku)
    return { ...planned, sku }
  })
  for (const { row, message } of problems) {
    const found = plan[row - 1]
    if (found) found.complaints.push({ pointer: '', message })
    else plan.push(unreadable(row, message))
  }
  await complainOfNames(db, projectId, plan)
  return plan
}

const fromItems = ({ items = [] }: Source) => ({
  rows: items,
  problems: [] as { row: number; message: string }[],
})

const unreadable = (row: number, message: string): Planned => ({
  row,
  sku: null,
  before: undefined,
  after: undefined,
  complaints: [{ pointer: '', message }],
})

type Given = { row: number; given: Record<string, unknown>; before: ProductRow | undefined }

/** A field that is not given stays as it is, or is what a new item has. */
function planRow(projectId: string, { row, given, before }: Given): Planned {
  const parsed = ItemRecord.safeParse({ ...(before && toRecord(before)), ...given })
  if (!parsed.success) {
    const complaints = fieldErrors('body', parsed.error)
      .slice(0, complaintsMax)
      .map(({ pointer, message }) => ({ pointer: pointer.replace('/body', ''), message }))
    return { row, sku: null, before, after: undefined, complaints }
  }
  return { row, sku: null, before, after: rowAfter(projectId, parsed.data, before), complaints: [] }
}

function rowAfter(projectId: string, record: PortableItem, before: ProductRow | undefined) {
  if (!before) return rowOf(projectId, newId('itm'), record)
  const same = JSON.stringify(toRecord(before)) === JSON.stringify(record)
  if (same) return before
  return { ...before, ...columnsOf(record), version: before.version + 1, updatedAt: now() }
}

async function findBySku(db: DrizzleD1Database, projectId: string, skus: string[]) {
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(skus)}))`
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.projectId, projectId), inArray(products.sku, wanted)))
  return new Map(rows.map((row) => [row.sku, row]))
}

/** Adds what is wrong with the items that the rows name, as these will be afterwards. */
async function complainOfNames(db: DrizzleD1Database, projectId: string, plan: Plan) {
  const afterwards = plan.flatMap(({ after }) => (after ? [after] : []))
  const ids = new Set(afterwards.flatMap(itemsNamedBy).map(({ itemId }) => itemId))
  const found = ids.size === 0 ? [] : await findNamed(db, projectId, [...ids])
  const contents = new Map([...found, ...afterwards].map((row) => [row.id, row.contents.length]))
  const bundles = new Set([...contents].flatMap(([id, count]) => (count > 0 ? [id] : [])))
  const missing = new Set([...ids].filter((id) => !contents.has(id)))
  for (const { after, complaints } of plan) {
    if (after) complaints.push(...complaintsOf(after, { bundles, missing }))
  }
}

const outcomeOf = ({ before, after, complaints }: Planned): ImportedRow['outcome'] => {
  if (complaints.length > 0 || !after) return 'invalid'
  if (before === after) return 'unchanged'
  return before ? 'updated' : 'created'
}

export function reportOf(plan: Plan, dryRun: boolean): ImportReport {
  const rows = plan.map((each) => {
    const outcome = outcomeOf(each)
    const itemId = each.before?.id ?? (dryRun || !each.after ? null : each.after.id)
    return { row: each.row, sku: each.sku, outcome, itemId, errors: each.complaints }
  })
  const count = (outcome: ImportedRow['outcome']) =>
    rows.filter((each) => each.outcome === outcome).length
  return {
    dryRun,
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    invalid: count('invalid'),
    rows,
  }
}

/** The statements that make the change, with a note of each item for the audit log. One parameter holds all rows: D1 takes 100. */
export function importStatements(db: DrizzleD1Database, caller: Caller, plan: Plan): Statement[] {
  const changed = plan.filter((each) => ['created', 'updated'].includes(outcomeOf(each)))
  if (changed.length === 0) return []
  const columns = getTableColumns(products)
  const values = Object.keys(columns).map((name) => sql.raw(`json_extract(row.value, '$.${name}')`))
  const kept = new Set(['projectId', 'id', 'createdAt', 'version'])
  const set = Object.entries(columns)
    .filter(([name]) => !kept.has(name))
    .map(([name, column]) => [name, sql.raw(`excluded."${column.name}"`)])
  const rows = JSON.stringify(changed.map(({ after }) => after))
  const write = db
    .insert(products)
    .select(sql`SELECT ${sql.join(values, sql`, `)} FROM json_each(${rows}) AS row WHERE true`)
    .onConflictDoUpdate({
      target: [products.projectId, products.id],
      set: { ...Object.fromEntries(set), version: sql`${products.version} + 1` },
    })
  const notes = changed.map(({ before, after }): AuditChange => ({
    action: before ? 'items.update' : 'items.create',
    subject: after?.id ?? '',
  }))
  return [write, noteChanges(db, caller, notes)]
}
