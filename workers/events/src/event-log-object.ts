/** One object per project: its single thread is what makes the sequence gapless and every event logged once. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import { appendMax, type EventEnvelope } from '@coinop/shared/events'
import { type EventFilter, EventLog, type FollowFilter } from './event-log.ts'
import { openTables } from './object-schema.ts'
import { isPlainlyGood } from './plain-events.ts'

export class EventLogObject extends CountedObject<EventsEnv> {
  private readonly log: EventLog

  constructor(ctx: DurableObjectState, env: EventsEnv) {
    super(ctx, env)
    openTables(ctx.storage)
    this.log = new EventLog(ctx.storage, now)
  }

  append(events: EventEnvelope[]) {
    return this.log.append(events)
  }

  /** The same of events as text; undefined, and nothing is done, when the schema has to be asked. */
  appendText(text: string) {
    const events = JSON.parse(text) as EventEnvelope[]
    const isPlain = events.length <= appendMax && events.every(isPlainlyGood)
    return isPlain ? this.log.append(events) : undefined
  }

  read(filter: EventFilter) {
    return this.log.read(filter)
  }

  follow(filter: FollowFilter) {
    return this.log.follow(filter)
  }

  readSince(filter: EventFilter & { since: number }) {
    return this.log.readSince(filter)
  }
}
