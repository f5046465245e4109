/** Facts that a Worker announces: their envelope, and how a Worker declares its own. */
import { z } from 'zod'
import { isoTime } from './clock.ts'
import { newId } from './ids.ts'

/** Largest event, in characters of JSON. */
export const eventCharactersMax = 65_536
/** Most events in one append; together they stay below the 32 MiB of a call. */
export const appendMax = 1_000

/** Facts are flat: a consumer can put each one into a column. */
export const EventData = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
)
export type EventData = z.infer<typeof EventData>

export const EventEnvelope = z.strictObject({
  id: z.string().regex(/^evt_[0-9a-hjkmnp-tv-z]{26}$/),
  /** `worker.noun.past`, for example `wallet.entry.posted`. */
  type: z.string().regex(/^[a-z]+(\.[a-z_]+){2}$/),
  /** The id of the thing it happened to. */
  subject: z.string().min(1).max(128),
  at: z.iso.datetime(),
  data: EventData,
})
export type EventEnvelope = z.infer<typeof EventEnvelope>

/** An event in a project's log: `sequence` counts 1, 2, 3 … without gaps. */
export type LoggedEvent = EventEnvelope & { sequence: number }

export type AppendAnswer = { head: number; appended: number; duplicates: number; dead: number }

/** How far a subscriber has got in a project's log. */
export type LogCursor = { projectId: string; after: number }
/** The events behind a cursor that the subscriber follows; `next` is where to go on, `head` the newest of all. */
export type FollowedLog = { projectId: string; events: LoggedEvent[]; next: number; head: number }

/** The RPC surface of `events` that a Worker needs to announce: its `EventsAppends` entrypoint. */
export type EventAppender = {
  append(projectId: string, events: EventEnvelope[]): Promise<AppendAnswer>
}

type Schemas = Record<string, z.ZodObject>
type Announcement<S extends Schemas, T extends keyof S> = {
  subject: string
  data: z.infer<S[T]>
  at: number
  /** Given when the same fact must always have the same id; otherwise a new one. */
  id?: string
}

/** Declares what a Worker announces. The schemas are published in `contracts/events/`. */
export function defineEvents<const S extends Schemas>(schemas: S) {
  const eventOf = <T extends keyof S & string>(
    type: T,
    { subject, data, at, id }: Announcement<S, T>,
  ): EventEnvelope => ({
    id: id ?? newId('evt'),
    type,
    subject,
    at: isoTime(at),
    data: data as EventData,
  })
  return { schemas, eventOf }
}
