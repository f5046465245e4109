/**
 * Counts results of games on the boards they are bound to, each once: the score's key is the event's id, and the binding
 * notes how far it has got behind the scores, so whatever is interrupted or done twice is answered from the board's memory.
 */
import type { FollowedLog, LoggedEvent } from '@coinop/shared/events'
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { type ScoreRefusal, type ScoreWrite, writesMax } from './board-commands.ts'
import { type BoundBoard, forgetOldRefusals, isBinding } from './game-bindings.ts'
import { type Measured, measured } from './game-measures.ts'
import { gameBindings, gameRefusals } from './schema.ts'
import { submitScores, writable } from './score-writes.ts'

type Reason = ScoreRefusal | 'event_unreadable' | 'event_fails'
/** A result that is this binding's: with a score, unless it cannot be read. */
type Counted = { event: LoggedEvent; score: Measured | undefined }
type Refused = { event: LoggedEvent; reason: Reason }

/** Events of a log that are looked at in one question. */
const eventsMax = 1_000
/** Questions of one run about a log; the next minute goes on. */
const roundsMax = 5
/** Logs in one question. */
const logsMax = 50
/** Without a result of its own a binding notes how far it has looked only after this many events: each note is a row. */
const unnotedMax = 500
/** How often counting may fail before each event is tried by itself. */
const failuresMax = 3

/** Does what is new, bounded; never throws. A binding that fails keeps no other one waiting. */
export async function countGames(env: LeaderboardsEnv, bound: BoundBoard[]): Promise<void> {
  let waiting = bound
  for (let round = 0; round < roundsMax && waiting.length > 0; round++) {
    const logs = await follow(env, waiting)
    const further: BoundBoard[] = []
    for (const each of waiting) {
      const log = logs.get(each.binding.projectId)
      const counted = log && (await countOne(env, each, log))
      if (counted !== undefined && counted < log!.head) {
        further.push({ ...each, binding: { ...each.binding, counted } })
      }
    }
    waiting = further
  }
}

/** Each log from where the binding that is furthest behind has got to. */
async function follow(
  env: LeaderboardsEnv,
  bound: BoundBoard[],
): Promise<Map<string, FollowedLog>> {
  const byProject = Map.groupBy(bound, ({ binding }) => binding.projectId)
  const cursors = [...byProject].map(([projectId, each]) => ({
    projectId,
    after: Math.min(...each.map(({ binding }) => binding.counted)),
  }))
  const logs = new Map<string, FollowedLog>()
  for (let from = 0; from < cursors.length; from += logsMax) {
    const asked = cursors.slice(from, from + logsMax)
    for (const log of await followed(env, asked)) logs.set(log.projectId, log)
  }
  return logs
}

async function followed(
  env: LeaderboardsEnv,
  cursors: { projectId: string; after: number }[],
): Promise<FollowedLog[]> {
  try {
    return await env.FINISHED_GAMES.follow(cursors, eventsMax)
  } catch (error) {
    logError('leaderboards', 'games.follow', error)
    return []
  }
}

/** How far the binding has got then; undefined when it failed. */
async function countOne(
  env: LeaderboardsEnv,
  bound: BoundBoard,
  log: FollowedLog,
): Promise<number | undefined> {
  try {
    return await new GameCounting(env, bound).run(log)
  } catch (error) {
    logError('leaderboards', 'games.count', error)
    return undefined
  }
}

/** One binding and what is new to it. A method is a step: a test can break off before and after each. */
export class GameCounting {
  private readonly env: LeaderboardsEnv
  private readonly bound: BoundBoard
  private readonly db: DrizzleD1Database
  constructor(env: LeaderboardsEnv, bound: BoundBoard) {
    this.env = env
    this.bound = bound
    this.db = drizzle(env.LEADERBOARDS_DB)
  }

  /** Counts what a log has for this binding; answers how far it has got. */
  async run({ events, next }: FollowedLog): Promise<number> {
    const { binding } = this.bound
    const own = events.filter(({ sequence }) => sequence > binding.counted)
    const results = own.flatMap((event) => this.read(event))
    for (let from = 0; from < results.length; from += writesMax) {
      const part = results.slice(from, from + writesMax)
      const refused = await this.scoreOrNote(part)
      await this.note(part.at(-1)!.event.sequence, refused)
    }
    const noted = results.at(-1)?.event.sequence ?? binding.counted
    if (next - noted >= unnotedMax) await this.note(next, [])
    return Math.max(next, binding.counted)
  }

  private read(event: LoggedEvent): Counted[] {
    const found = measured(this.bound.binding, event)
    if (!found) return []
    return [{ event, score: found.ok ? found.value : undefined }]
  }

  private async scoreOrNote(part: Counted[]): Promise<Refused[]> {
    try {
      return await this.score(part)
    } catch (error) {
      const { binding } = this.bound
      await this.db
        .update(gameBindings)
        .set({ failures: sql`${gameBindings.failures} + 1` })
        .where(isBinding(binding))
      if (binding.failures + 1 < failuresMax) throw error
      return this.scoreEach(part, error)
    }
  }

  /**
   * Each by itself, when all together have failed again and again. Those that still fail are passed by, if there are
   * others that do not: where nothing gets through it is not their fault, and they wait.
   */
  private async scoreEach(part: Counted[], cause: unknown): Promise<Refused[]> {
    const refused: Refused[] = []
    let failed = 0
    for (const each of part) {
      try {
        refused.push(...(await this.score([each])))
      } catch (error) {
        logError('leaderboards', 'games.count', error)
        refused.push({ event: each.event, reason: 'event_fails' })
        failed += 1
      }
    }
    if (failed === part.length) throw cause
    return refused
  }

  /** In the season of now, as any score. What was counted before is answered as it was, and changes nothing. */
  async score(part: Counted[]): Promise<Refused[]> {
    const refused = part.flatMap(({ event, score }): Refused[] =>
      score ? [] : [{ event, reason: 'event_unreadable' }],
    )
    const readable = part.filter(({ score }) => score)
    if (readable.length === 0) return refused
    const { projectId, id } = this.bound.board
    const located = await writable(this.env, projectId, id)
    const writes = readable.map(({ event, score }) => this.writeOf(event, score!))
    const answers = await submitScores(this.env, located, writes)
    for (const [at, { answer }] of answers.entries()) {
      // The key is known: it was counted before the binding's operator or the board changed.
      if (answer.ok || answer.code === 'idempotency_conflict') continue
      refused.push({ event: readable[at]!.event, reason: answer.code })
    }
    return refused
  }

  /** How far everything is counted. Never back: two that count at once have counted the same. */
  async note(counted: number, refused: Refused[]): Promise<void> {
    const { binding } = this.bound
    const { boardId, id: bindingId } = binding
    const progress = this.db
      .update(gameBindings)
      .set({ counted: sql`max(${gameBindings.counted}, ${counted})`, failures: 0 })
      .where(isBinding(binding))
    if (refused.length === 0) return void (await progress)
    const at = now()
    const rows = JSON.stringify(
      refused.map(({ event: { id: eventId, sequence }, reason }) => ({
        eventId,
        sequence,
        reason,
      })),
    )
    // One parameter, for a statement may have 100.
    const insert = this.db.insert(gameRefusals).select(
      sql`SELECT ${boardId}, value ->> 'sequence', ${bindingId}, value ->> 'eventId', value ->> 'reason', ${at}
        FROM json_each(${rows}) WHERE true`,
    )
    await this.db.batch([
      progress,
      insert.onConflictDoNothing(),
      forgetOldRefusals(this.db, boardId),
    ])
  }

  private writeOf({ id }: LoggedEvent, { userId, value }: Measured): ScoreWrite {
    const { id: bindingId, operator } = this.bound.binding
    return {
      userId,
      keys: [value],
      ...(operator !== null && { operator }),
      idempotencyKey: `game:${bindingId}:${id}`,
    }
  }
}
