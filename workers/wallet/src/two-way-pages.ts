/** Pages of an ordered history that can be turned both ways: positions are keys, so nothing is skipped or shown twice. */
import { z } from '@hono/zod-openapi'
import { type CursorScope, readCursor, writeCursor } from '@coinop/shared/pages'

export const twoWayPageOf = <S extends z.ZodType>(item: S) =>
  z.strictObject({
    data: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: 'To what is older' }),
    previousCursor: z.string().nullable().openapi({ description: 'To what is newer' }),
  })

/** `<` and `<=` go on to older rows, `>` and `>=` to newer ones. */
type Comparison = '<' | '<=' | '>' | '>='
export type Seek = { comparison: Comparison; key: string }

const complements: Record<Comparison, Comparison> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

export const isNewer = (seek: Seek | undefined): boolean =>
  seek?.comparison.startsWith('>') ?? false

/** Where a cursor points to; undefined without one, which is the newest. */
export function readSeek(scope: CursorScope, cursor: string | undefined): Seek | undefined {
  const text = readCursor(scope, cursor)
  if (text === undefined) return undefined
  const comparison = (text.startsWith('=', 1) ? text.slice(0, 2) : text.slice(0, 1)) as Comparison
  return { comparison, key: text.slice(comparison.length) }
}

const written = (scope: CursorScope, { comparison, key }: Seek) =>
  writeCursor(scope, `${comparison}${key}`)

/** `items` in the order they were met, `last` the key to go on behind or null; the answer is newest first either way. */
export function toTwoWayPage<Item>(
  scope: CursorScope,
  seek: Seek | undefined,
  { items, last }: { items: Item[]; last: string | null },
): { data: Item[]; nextCursor: string | null; previousCursor: string | null } {
  const comparison = isNewer(seek) ? '>' : '<'
  const onward = last === null ? null : written(scope, { comparison, key: last })
  const back = seek ? written(scope, { ...seek, comparison: complements[seek.comparison] }) : null
  return isNewer(seek)
    ? { data: items.toReversed(), nextCursor: back, previousCursor: onward }
    : { data: items, nextCursor: onward, previousCursor: back }
}
