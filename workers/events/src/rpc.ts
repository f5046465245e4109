/** Named entrypoints, one per privilege: Workers that announce append, subscribers read all, or follow what concerns them. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import {
  type AppendAnswer,
  appendMax,
  eventCharactersMax,
  EventEnvelope,
  type FollowedLog,
  type LogCursor,
  type LoggedEvent,
} from '@coinop/shared/events'
import { isPlainlyGood } from './plain-events.ts'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { deadLetters } from './schema.ts'

type Refusal = { event: EventEnvelope; reason: string }

export class EventsAppends extends CountedEntrypoint<EventsEnv> {
  /**
   * Appends events to a project's log, dropping those it has. An event that does not fit the envelope becomes a dead
   * letter, so that one bad event never blocks those behind it.
   */
  async append(projectId: string, events: EventEnvelope[]): Promise<AppendAnswer> {
    return rpcOperation('events', 'events.append', systemCaller(projectId), () =>
      this.appendAll(projectId, events),
    )
  }

  /** The same of events as JSON text, which is copied in less time than the events. */
  async appendText(projectId: string, text: string): Promise<AppendAnswer> {
    return rpcOperation('events', 'events.append', systemCaller(projectId), async () => {
      const answer = await this.env.EVENT_LOGS.getByName(projectId).appendText(text)
      if (answer) return { ...answer, dead: 0 }
      return this.appendAll(projectId, JSON.parse(text) as EventEnvelope[])
    })
  }

  private async appendAll(projectId: string, events: EventEnvelope[]): Promise<AppendAnswer> {
    if (events.length > appendMax) throw new RangeError(`At most ${appendMax} events a call.`)
    const refusals = events.flatMap((event): Refusal[] => {
      const reason = refusalOf(event)
      return reason === undefined ? [] : [{ event, reason }]
    })
    const refused = new Set(refusals.map(({ event }) => event))
    const answer = await this.env.EVENT_LOGS.getByName(projectId).append(
      events.filter((event) => !refused.has(event)),
    )
    if (refusals.length > 0) await this.bury(projectId, refusals)
    return { ...answer, dead: refusals.length }
  }

  private async bury(projectId: string, refusals: Refusal[]): Promise<void> {
    const rows = refusals.map(({ event, reason }) => ({
      projectId,
      eventId: String(event.id).slice(0, 64),
      type: String(event.type).slice(0, 128),
      reason,
      event: JSON.stringify(event),
      at: now(),
    }))
    // One row a statement: D1 allows 100 bound parameters in one.
    const db = drizzle(this.env.EVENTS_DB)
    const [first, ...others] = rows.map((row) => db.insert(deadLetters).values(row))
    if (first) await db.batch([first, ...others])
  }
}

function refusalOf(event: EventEnvelope): string | undefined {
  if (isPlainlyGood(event)) return undefined
  if (JSON.stringify(event).length > eventCharactersMax) {
    return `Longer than ${eventCharactersMax} characters.`
  }
  const parsed = EventEnvelope.safeParse(event)
  return parsed.success ? undefined : parsed.error.message
}

export class EventsReads extends CountedEntrypoint<EventsEnv> {
  /** Events above the subscriber's cursor, oldest first, at most 1,000. Keep the cursor in the same batch as the projection. */
  async read(
    projectId: string,
    after: number,
    limit: number,
  ): Promise<{ events: LoggedEvent[]; head: number }> {
    return rpcOperation('events', 'events.read', systemCaller(projectId), async () => {
      const log = this.env.EVENT_LOGS.getByName(projectId)
      return log.read({ after, limit: Math.min(limit, readMax) })
    })
  }
}

const readMax = 1_000

/** The types that the subscriber follows, as its own configuration names them: it hears of nothing else. */
type Subscription = { types: string[] }

export class EventsFollows extends CountedEntrypoint<EventsEnv, Subscription> {
  /**
   * The logs of several projects (50 at most), each from its cursor, in one question: a subscriber may have many, and a
   * request reaches few Workers. Looks at `limit` events (1,000 at most) of each.
   */
  async follow(cursors: LogCursor[], limit: number): Promise<FollowedLog[]> {
    return rpcOperation('events', 'events.follow', systemCaller(''), () => {
      if (cursors.length > followedMax) throw new RangeError(`At most ${followedMax} logs a call.`)
      const filter = { limit: Math.min(limit, readMax), types: this.ctx.props.types ?? [] }
      return Promise.all(cursors.map((cursor) => this.followOne(cursor, filter)))
    })
  }

  private async followOne(
    { projectId, after }: LogCursor,
    filter: { limit: number; types: string[] },
  ): Promise<FollowedLog> {
    const log = this.env.EVENT_LOGS.getByName(projectId)
    return { projectId, ...(await log.follow({ after, ...filter })) }
  }
}

const followedMax = 50
