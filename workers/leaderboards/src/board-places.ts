/** Where the entries of a board stand, for its rank index: read from the rows, behind what a stretch has not written yet. */
import type { Position } from './board-commands.ts'
import type { Places } from './rank-index.ts'
import { comparePlaces } from './score-rules.ts'

/** Among more places than this nobody looks for one: all are written. */
const touchedMax = 256
const order = 'o0, o1, o2, tie'
/** By how many keys a board has. */
const columns = ['tie', 'o0, tie', 'o0, o1, tie', order]
const sameTuple = 'hidden = 0 AND o0 = ? AND o1 = ? AND o2 = ?'

export class BoardPlaces implements Places {
  private readonly sql: Pick<SqlStorage, 'exec'>
  private readonly write: () => void
  /** Where entries were and are that have changed and are not written yet. */
  private touched: Position[] = []

  /** `write` writes what has changed. */
  constructor(sql: Pick<SqlStorage, 'exec'>, write: () => void) {
    this.sql = sql
    this.write = write
  }

  touch(place: Position): void {
    this.touched.push(place)
  }

  written(): void {
    this.touched = []
  }

  /** All of them, in order. */
  all(): Iterable<Position> {
    const query = `SELECT ${order} FROM entries WHERE hidden = 0 ORDER BY ${order}`
    return this.sql.exec(query).raw<Position>()
  }

  bucket(from: Position, to: Position | undefined, keys: number): number[][] {
    const isHere = (place: Position) =>
      comparePlaces(place, from) >= 0 && (!to || comparePlaces(place, to) < 0)
    if (this.touched.length > touchedMax || this.touched.some(isHere)) this.write()
    const end = to ? `AND (${order}) < (?, ?, ?, ?)` : ''
    const query = `SELECT ${columns[keys]} FROM entries WHERE hidden = 0 AND (${order}) >= (?, ?, ?, ?) ${end} ORDER BY ${order}`
    return [...this.sql.exec(query, ...from, ...(to ?? [])).raw<number[]>()]
  }

  hasTupleAhead(place: Position): boolean {
    this.write()
    const query = `SELECT 1 FROM entries WHERE ${sameTuple} AND tie < ? LIMIT 1`
    return this.sql.exec(query, ...place).toArray().length > 0
  }

  nextOfTuple(place: Position): Position | undefined {
    this.write()
    const query = `SELECT ${order} FROM entries WHERE ${sameTuple} AND tie > ? ORDER BY tie LIMIT 1`
    return [...this.sql.exec(query, ...place).raw<Position>()][0]
  }
}
