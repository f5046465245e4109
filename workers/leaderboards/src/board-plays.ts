/** Play sessions of a board in one season: started once, and used by one score at most, in the stretch of that score. */
import { requestHash } from '@coinop/shared/hash'
import { idBound, newId } from '@coinop/shared/ids'
import { fail, ok } from '@coinop/shared/result'
import type {
  BoardReference,
  Play,
  PlayStart,
  PlayStarted,
  ScoreAnswer,
  ScoreApplied,
  ScoreWrite,
} from './board-commands.ts'
import { isRetry } from './board-change.ts'
import type { Board } from './board.ts'

/** Longer than a session may last and its key is kept together. */
const keptMilliseconds = 3 * 24 * 3_600_000
/** Most old sessions that are forgotten when one is started. */
const forgottenMax = 10

type Row = {
  id: string
  userId: string
  createdAt: number
  expiresAt: number
  key: string | null
  requestHash: string | null
  submittedAt: number | null
  score: number | null
  submitKey: string | null
  submitHash: string | null
  answer: string | null
}

export class PlayRows {
  private readonly sql: Pick<SqlStorage, 'exec'>

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
  }

  find(id: string): Play | undefined {
    const row = this.row(id)
    if (!row) return undefined
    const { userId, createdAt, expiresAt, submittedAt, score } = row
    return { id, userId, createdAt, expiresAt, submittedAt, score }
  }

  /** What was started with a key. */
  startedWith(key: string, hash: string): PlayStarted | undefined {
    const query = `SELECT id, requestHash FROM plays WHERE key = ?`
    const [row] = this.sql.exec<Pick<Row, 'id' | 'requestHash'>>(query, key).toArray()
    if (!row) return undefined
    if (row.requestHash !== hash) return fail('idempotency_conflict')
    return ok({ play: this.find(row.id)!, replayed: true })
  }

  add({ userId, seconds, key }: PlayStart, hash: string, at: number): Play {
    this.sql.exec(
      `DELETE FROM plays WHERE id IN (SELECT id FROM plays WHERE id < ? ORDER BY id LIMIT ?)`,
      idBound('pls', at - keptMilliseconds),
      forgottenMax,
    )
    const play = { id: newId('pls'), userId, createdAt: at, expiresAt: at + seconds * 1_000 }
    const named = [play.id, userId, play.createdAt, play.expiresAt]
    const bound = [...named, key ?? null, key === undefined ? null : hash]
    this.sql.exec(
      `INSERT INTO plays (id, userId, createdAt, expiresAt, key, requestHash) VALUES (?, ?, ?, ?, ?, ?)`,
      ...bound,
    )
    return { ...play, submittedAt: null, score: null }
  }

  /** The answer to a score whose session takes none any more: the same again to its own key, else a refusal. */
  answerOf(write: ScoreWrite, at: number): ScoreAnswer | undefined {
    const { play, idempotencyKey } = write
    if (!play) return undefined
    const row = this.row(play.id)
    if (!row?.answer) return at >= play.expiresAt ? fail('session_expired') : undefined
    if (idempotencyKey === undefined || row.submitKey !== idempotencyKey) {
      return fail('score_submitted')
    }
    if (!isRetry(write, row.submitHash)) return fail('idempotency_conflict')
    return ok({ ...(JSON.parse(row.answer) as ScoreApplied), replayed: true })
  }

  /** A session of the season before has no row here yet. */
  use({ play, userId, keys, idempotencyKey }: ScoreWrite, used: Used): void {
    if (!play) return
    const { at, hash, answer } = used
    const claimed = [play.id, userId, play.createdAt, play.expiresAt]
    const submit = [at, keys[0]!, idempotencyKey ?? null, hash ?? null, JSON.stringify(answer)]
    this.sql.exec(
      `INSERT INTO plays (id, userId, createdAt, expiresAt, submittedAt, score, submitKey, submitHash, answer)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE
       SET submittedAt = ?5, score = ?6, submitKey = ?7, submitHash = ?8, answer = ?9`,
      ...claimed,
      ...submit,
    )
  }

  private row(id: string): Row | undefined {
    return this.sql.exec<Row>(`SELECT * FROM plays WHERE id = ?`, id).toArray()[0]
  }
}
type Used = { at: number; hash: string | undefined; answer: ScoreApplied }

/** Once for a key, also after the season has ended; a new one only while it lasts. */
export function startPlay(
  board: Board,
  reference: BoardReference,
  start: PlayStart,
  at: number,
): PlayStarted {
  const { userId, seconds, key } = start
  const hash = requestHash('play', [userId, seconds])
  const earlier = key === undefined ? undefined : board.plays.startedWith(key, hash)
  if (earlier) return earlier
  const entered = board.enter(reference, at)
  if (!entered.ok) return entered
  return ok({ play: board.plays.add(start, hash, at), replayed: false })
}
