/** Keys of requests with several scores, in one row a request: what each of its scores has brought about. */
import type { RequestPart } from './board-commands.ts'

/** A score of a request; `shared`: others of it were written in the same call. */
export type Item = { request: string; index: number; shared: boolean }
/** Which score of the request it was, the change that it became, and the fingerprint of what was asked. */
export type Noted = [index: number, sequence: number, hash: string]

/** Other fingerprints are JSON of a list. */
export const isDigest = (fingerprint: string): boolean => !fingerprint.startsWith('[')
/** Characters of a digest that are kept: 128 bits tell two requests apart. */
const digestLength = 32
export const shortened = (fingerprint: string): string =>
  isDigest(fingerprint) ? fingerprint.slice(0, digestLength) : fingerprint

/** The items of a call, in the order of its writes. */
export const itemsOf = (part: RequestPart | undefined): Item[] =>
  part?.indexes.map((index) => ({
    request: part.key,
    index,
    shared: part.indexes.length > 1,
  })) ?? []

export class BoardRequests {
  private readonly sql: Pick<SqlStorage, 'exec'>
  /** Of the stretch. */
  private readonly known = new Map<string, Noted[]>()
  private readonly changed = new Map<string, number>()

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
  }

  /** A request may have been repeated with another user at the same place: both are kept. */
  of({ request, index }: Item): Noted[] {
    return this.all(request).filter(([at]) => at === index)
  }

  add({ request, index }: Item, change: { sequence: number; at: number; hash: string }): void {
    this.all(request).push([index, change.sequence, shortened(change.hash)])
    this.changed.set(request, change.at)
  }

  /** Writes what has changed. */
  flush(): void {
    for (const [key, at] of this.changed) {
      const noted = this.all(key)
      this.sql.exec(
        `INSERT INTO requests (sequence, at, key, items) VALUES (?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET items = excluded.items`,
        noted[0]![1],
        at,
        key,
        JSON.stringify(noted),
      )
    }
    this.changed.clear()
  }

  /** The end of a stretch. */
  end(): void {
    this.known.clear()
  }

  /** Forgets those whose first change may be forgotten. */
  prune(sequence: number, before: number): void {
    this.sql.exec(`DELETE FROM requests WHERE sequence <= ? AND at < ?`, sequence, before)
  }

  private all(key: string): Noted[] {
    const known = this.known.get(key) ?? this.read(key)
    this.known.set(key, known)
    return known
  }

  private read(key: string): Noted[] {
    const query = `SELECT items FROM requests WHERE key = ?`
    const [row] = this.sql.exec<{ items: string }>(query, key).toArray()
    return row ? (JSON.parse(row.items) as Noted[]) : []
  }
}
