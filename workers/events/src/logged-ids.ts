/**
 * Which ids a log has, without an index of them, for that would be a second row for each event. An id holds the time that it
 * was made for, and a row `newest`, the latest such time up to it: so an id is in none of the rows whose `newest` is earlier
 * than its time. That is true by construction, whatever any clock says. What is left is looked for in memory, in the rows
 * since the last page, and in the pages, which are a row for a thousand events.
 */
import { timeIn } from '@coinop/shared/ids'
import type { IndexedEvents } from './object-schema.ts'

export type Limits = {
  /** Events in a page. */
  pageSize: number
  /** Most ids in memory, but for those of the last append. */
  rememberedMax: number
}
export const defaultLimits: Limits = { pageSize: 1_024, rememberedMax: 20_000 }

export type NewRow = { sequence: number; id: string; newest: string }
type Page = { last: number; newest: string }
/** Where the log ends. */
type End = Page & { page: Page; hasEarly: boolean }

/** An id from further ahead of the clock has a row of its own: as `newest` it would stay in the way of all that follow. */
export const aheadMax = 300_000

export class LoggedIds {
  /** The ids of all rows above `after`. Only a memory: rows that are committed. */
  private readonly remembered = new Set<string>()
  private after = 0
  /** `newest` of the row `after`. */
  private newestBefore = ''
  private known: End | undefined
  /** Rows in order up to the last one, those behind the last page among them; as many as have been seen. */
  private behind: NewRow[] = []
  private readonly sql: Pick<SqlStorage, 'exec'>
  private readonly indexed: IndexedEvents | undefined
  private readonly limits: Limits

  constructor(sql: Pick<SqlStorage, 'exec'>, indexed: IndexedEvents | undefined, limits: Limits) {
    this.sql = sql
    this.indexed = indexed
    this.limits = limits
  }

  /** Those of the ids that are in the log. */
  find(ids: string[]): Set<string> {
    const { hasEarly } = this.end
    const found = ids.filter((id) => this.remembered.has(id))
    if (found.length === ids.length) return new Set(found)
    const others = ids.filter((id) => !this.remembered.has(id))
    const early = hasEarly ? this.findIn('early', others) : []
    return new Set([...found, ...this.findLate(others), ...early, ...this.findIndexed(others)])
  }

  /** Where the log ends; read once. */
  get end(): End {
    return (this.known ??= this.readEnd())
  }

  /** Writes what finds these rows later; to be called in the transaction that inserts them, after it. */
  index(rows: NewRow[], early: string[]): End {
    for (const id of early) this.sql.exec(`INSERT INTO early VALUES (?)`, id)
    const { sequence: last, newest } = rows.at(-1)!
    let { page } = this.end
    const isDue = () => last - page.last >= this.limits.pageSize
    const seen = isDue() ? [...this.behind, ...rows] : []
    while (isDue()) page = this.writePage(page.last, seen)
    return { last, newest, page, hasEarly: this.end.hasEarly || early.length > 0 }
  }

  /** To be called when the rows are committed. */
  remember(rows: NewRow[], end: End): void {
    for (const { sequence, id, newest } of rows) {
      this.remembered.add(id)
      this.behind.push({ sequence, id, newest })
    }
    const first = this.behind[0]!.sequence
    if (first <= end.page.last) this.behind.splice(0, end.page.last + 1 - first)
    this.known = end
    if (this.remembered.size > this.limits.rememberedMax) this.forget(end)
  }

  private forget({ last, newest }: Page): void {
    this.remembered.clear()
    this.after = last
    this.newestBefore = newest
  }

  private readEnd(): End {
    const start = { last: this.indexed?.head ?? 0, newest: '' }
    const [last] = this.sql
      .exec<Page>(`SELECT sequence AS last, newest FROM events ORDER BY sequence DESC LIMIT 1`)
      .toArray()
    const [page] = this.sql
      .exec<Page>(`SELECT last, newest FROM pages ORDER BY last DESC LIMIT 1`)
      .toArray()
    const [early] = this.sql.exec(`SELECT 1 FROM early LIMIT 1`).toArray()
    const end = last ?? start
    this.forget(end)
    return { ...end, page: page ?? start, hasEarly: early !== undefined }
  }

  /** Those that are in rows with a time of theirs or a later one, but are not remembered. */
  private findLate(ids: string[]): string[] {
    const late = ids.filter((id) => this.mayBeBefore(id))
    if (late.length === 0) return []
    this.lookBack(earliestOf(late))
    const older = late.filter((id) => !this.remembered.has(id) && this.mayBeBefore(id))
    return [...late.filter((id) => this.remembered.has(id)), ...this.findInPages(older)]
  }

  private mayBeBefore(id: string): boolean {
    return timeIn(id) <= this.newestBefore
  }

  private findIndexed(ids: string[]): string[] {
    const { newestId } = this.indexed ?? { newestId: '' }
    const old = ids.filter((id) => timeIn(id) <= timeIn(newestId))
    return old.length === 0 ? [] : this.findIn('indexed_events', old)
  }

  /** Remembers more, as far back as an id of this time may be, but no further than the last page. */
  private lookBack(time: string): void {
    const { page } = this.end
    if (this.after <= page.last) return
    const [before = page] = this.sql
      .exec<Page>(
        `SELECT sequence AS last, newest FROM events WHERE sequence > ? AND sequence <= ?
         AND newest < ? ORDER BY sequence DESC LIMIT 1`,
        page.last,
        this.after,
        time,
      )
      .toArray()
    const rows = this.sql
      .exec<{ id: string }>(
        `SELECT id FROM events WHERE sequence > ? AND sequence <= ?`,
        before.last,
        this.after,
      )
      .toArray()
    for (const { id } of rows) this.remembered.add(id)
    this.after = before.last
    this.newestBefore = before.newest
  }

  /** A page tells where an id may stand; whether it does, the row says. */
  private findInPages(ids: string[]): string[] {
    if (ids.length === 0) return []
    const given = new Set(ids)
    return this.sql
      .exec<{ id: string }>(
        `SELECT id FROM events WHERE sequence IN (SELECT value FROM json_each(?))`,
        JSON.stringify(this.sequencesLike(ids)),
      )
      .toArray()
      .map(({ id }) => id)
      .filter((id) => given.has(id))
  }

  private sequencesLike(ids: string[]): number[] {
    const wanted = new Set(ids.map(fingerprintOf))
    // To its end, one page at a time: together they may be more than memory holds.
    const pages = this.sql.exec<{ last: number; fingerprints: ArrayBuffer }>(
      `SELECT last, fingerprints FROM pages WHERE last > coalesce(
        (SELECT last FROM pages WHERE newest < ? ORDER BY last DESC LIMIT 1), 0)`,
      earliestOf(ids),
    )
    const found: number[] = []
    for (const { last, fingerprints } of pages) {
      const all = new Uint32Array(fingerprints)
      const first = last - all.length + 1
      all.forEach((each, index) => {
        if (wanted.has(each)) found.push(first + index)
      })
    }
    return found
  }

  /** Of the page behind `after`; `seen`: the newest rows. */
  private writePage(after: number, seen: NewRow[]): Page {
    const { pageSize } = this.limits
    const from = after + 1 - seen[0]!.sequence
    const rows = from < 0 ? this.readRows(after, pageSize) : seen.slice(from, from + pageSize)
    const { sequence: last, newest } = rows.at(-1)!
    const fingerprints = Uint32Array.from(rows, ({ id }) => fingerprintOf(id))
    this.sql.exec(`INSERT INTO pages VALUES (?, ?, ?)`, last, newest, fingerprints.buffer)
    return { last, newest }
  }

  private readRows(after: number, limit: number): NewRow[] {
    return this.sql
      .exec<NewRow>(
        `SELECT sequence, id, newest FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?`,
        after,
        limit,
      )
      .toArray()
  }

  private findIn(table: 'early' | 'indexed_events', ids: string[]): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT id FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      )
      .toArray()
      .map(({ id }) => id)
  }
}

const earliestOf = (ids: string[]): string =>
  ids.map(timeIn).reduce((one, other) => (one < other ? one : other))

/** 32 bits: FNV-1a. Two ids that share one cost a row that is read for nothing. */
export function fingerprintOf(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
