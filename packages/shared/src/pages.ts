/** Pages: `limit` and `cursor` in, `{ data, nextCursor }` out. Cursors are opaque, signed, and bound to project and filter. */
import { z } from '@hono/zod-openapi'
import { equalInConstantTime, hmacSha256 } from './hash.ts'
import { invalidField } from './problem.ts'

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(1024).optional(),
})

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.strictObject({ data: z.array(item), nextCursor: z.string().nullable() })

/** What a cursor belongs to. A cursor from another project, list or filter is refused. */
export type CursorScope = { secret: string; projectId: string; list: string; filter?: unknown }

const signature = ({ secret, projectId, list, filter }: CursorScope, position: string) =>
  hmacSha256(secret, JSON.stringify([projectId, list, filter ?? null, position])).slice(0, 32)

export function writeCursor(scope: CursorScope, position: string | number): string {
  const text = String(position)
  return `${btoa(text).replaceAll('=', '')}.${signature(scope, text)}`
}

/** The position inside a cursor, undefined without one; throws `invalid_request` for any cursor that we did not write. */
export function readCursor(scope: CursorScope, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const [encoded = '', mac = ''] = cursor.split('.')
  const position = decode(encoded)
  if (position !== undefined && equalInConstantTime(mac, signature(scope, position)))
    return position
  throw invalidField('/query/cursor', 'Not a cursor of this list; start again without one.')
}

function decode(text: string): string | undefined {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}

/** Cuts `limit + 1` rows into a page: `positionOf` says where the next one begins. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (last: Row) => string,
): { data: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  }
}
