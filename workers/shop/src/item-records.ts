/** Items as records that a file can hold: what a row becomes in an export, and what the cells of a table mean. Pure. */
import Papa from 'papaparse'
import type { z } from '@hono/zod-openapi'
import { ItemRecord, toItem } from './model.ts'
import type { ProductRow } from './schema.ts'

export type PortableItem = z.infer<typeof ItemRecord>

export function toRecord(row: ProductRow): PortableItem {
  const { id: _id, version: _version, createdAt: _createdAt, ...record } = toItem(row)
  return record
}

/** The columns of a table, in the order of an export; `currency` and `amount` are the first price. */
const columns = [
  'sku',
  'name',
  'description',
  'image',
  'currency',
  'amount',
  'otherPrices',
  'stock',
  'saleStartsAt',
  'saleEndsAt',
  'limitPerUser',
  'requirements',
  'onPurchase',
  'onUse',
  'contents',
  'isActive',
] as const
type Column = (typeof columns)[number]

const jsonColumns = new Set<Column>([
  'otherPrices',
  'requirements',
  'onPurchase',
  'onUse',
  'contents',
])
const numberColumns = new Set<Column>(['amount', 'stock', 'limitPerUser'])

/** What an empty cell says: the field as it is when a new item says nothing. The others are required. */
const whenEmpty: Partial<Record<Column, unknown>> = {
  description: '',
  image: null,
  otherPrices: [],
  stock: null,
  saleStartsAt: null,
  saleEndsAt: null,
  limitPerUser: null,
  requirements: { all: [], any: [], none: [] },
  onPurchase: [],
  onUse: null,
  contents: [],
  isActive: true,
}

/** Lines that end with CR LF, as RFC 4180 says; the header only where asked. */
export function toCsv(records: PortableItem[], header: boolean): string {
  const lines = records.map((record) => {
    const { price, ...rest } = record
    const fields: Partial<Record<Column, unknown>> = { ...rest, ...price }
    return columns.map((column) => toCell(fields[column]))
  })
  const all = header ? [[...columns], ...lines] : lines
  return all.length === 0 ? '' : `${Papa.unparse(all, { newline: '\r\n' })}\r\n`
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export type TableProblem = { row: number; message: string }
export type Table = { rows: Record<string, unknown>[]; problems: TableProblem[] }

/** Rows as the JSON form has them. A column that is not there says nothing; an empty cell says the default. */
export function fromCsv(text: string): Table {
  const { data, errors, meta } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' })
  const [head = [], ...lines] = data
  const names = head.map((name) => name.replace(/^\uFEFF/, '').trim())
  const unknown = names.filter((name) => !columns.includes(name as Column))
  if (unknown.length > 0 || new Set(names).size < names.length) {
    const message = `Expected columns out of ${columns.join(', ')}, each once.`
    return { rows: [], problems: [{ row: 0, message }] }
  }
  const problems = errors
    .filter(({ code }) => code !== 'UndetectableDelimiter')
    .map(({ row = 0, message }) => ({ row, message }))
  if (meta.aborted) problems.push({ row: 0, message: 'The table cannot be read.' })
  for (const [index, line] of lines.entries()) {
    if (line.length !== names.length) {
      const message = `Expected ${names.length} cells, as in the header; there are ${line.length}.`
      problems.push({ row: index + 1, message })
    }
  }
  return { rows: lines.map((line) => fromCells(names as Column[], line)), problems }
}

function fromCells(names: Column[], line: string[]): Record<string, unknown> {
  const { currency, amount, ...rest } = Object.fromEntries(
    names.flatMap((name, index) => {
      const cell = line[index] ?? ''
      if (cell === '') return name in whenEmpty ? [[name, whenEmpty[name]]] : []
      return [[name, fromCell(name, cell)]]
    }),
  ) as Partial<Record<Column, unknown>>
  const hasPrice = currency !== undefined || amount !== undefined
  return { ...rest, ...(hasPrice && { price: { currency, amount } }) }
}

/** What cannot be read stays text, and the schema says what is expected instead. */
function fromCell(column: Column, cell: string): unknown {
  if (numberColumns.has(column)) return /^\d+$/.test(cell) ? Number(cell) : cell
  if (column === 'isActive') return cell === 'true' || (cell === 'false' ? false : cell)
  if (!jsonColumns.has(column)) return cell
  try {
    return JSON.parse(cell) as unknown
  } catch {
    return cell
  }
}
