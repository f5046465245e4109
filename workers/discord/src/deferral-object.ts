/** One object per deferred interaction: keeps its note until the reply is given, and gives the reply itself when that takes too long. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import { logError } from '@coinop/shared/log'
import { carryOn, tokenMilliseconds, triedMilliseconds } from './carrying-on.ts'
import { type Note, openNote } from './deferral-note.ts'

const key = 'note'
/** By then the isolate that began has told it, or the platform has ended it. */
export const patienceMilliseconds = 35_000
/** Each pause is half of the age: 17 seconds, then 26, then 39. */
const pauseMilliseconds = { min: 15_000, max: 60_000 }
/** After a run that ended in its middle. */
const rescueMilliseconds = 60_000
/** Between tries to say that it took too long. */
const lastPauseMilliseconds = 15_000

export class DeferralObject extends CountedObject<DiscordEnv> {
  /** Copies of an interaction have the same note. It is sealed already: in the clear it is nowhere but in memory. */
  begin(sealed: string): void {
    const { kv } = this.ctx.storage
    if (kv.get(key) !== undefined) return
    kv.put(key, sealed)
    void this.ctx.storage.setAlarm(now() + patienceMilliseconds)
  }

  /** The reply is given. Of the object nothing is left. */
  async end(): Promise<void> {
    await this.ctx.storage.deleteAll()
  }

  /** At least once, perhaps twice: safe to repeat. Never throws, so the platform never gives up on it. */
  override async alarm(): Promise<void> {
    const note = this.note()
    if (!note) return this.end()
    this.arm(note, rescueMilliseconds)
    try {
      const { state, retryAfter = 0 } = await carryOn(this.env, note, (work) =>
        this.ctx.waitUntil(work),
      )
      if (state === 'over') return await this.end()
      this.arm(note, Math.max(pauseAt(now() - note.at), retryAfter * 1_000))
    } catch (error) {
      logError('discord', 'deferrals.alarm', error, note.caller.requestId)
    }
  }

  /** Undefined when there is none, or none that can be read: then nobody ever can. */
  private note(): Note | undefined {
    const sealed = this.ctx.storage.kv.get<string>(key)
    try {
      return sealed === undefined ? undefined : openNote(this.env, sealed)
    } catch {
      // The error might repeat what the note says.
      logError('discord', 'deferrals.alarm', new Error('A note cannot be read.'))
      return undefined
    }
  }

  /** Not past the moment when the user is told, and not past the end of the token. */
  private arm({ at }: Note, pause: number): void {
    const left = at + triedMilliseconds - now()
    const next = left > 0 ? Math.min(pause, left) : lastPauseMilliseconds
    void this.ctx.storage.setAlarm(Math.min(now() + next, at + tokenMilliseconds))
  }
}

const pauseAt = (age: number): number =>
  Math.min(Math.max(age / 2, pauseMilliseconds.min), pauseMilliseconds.max)
