/**
 * Requests per minute, against abuse. This isolate counts for itself, and tells the platform's counter, which all isolates
 * of a location share, whenever a subject has used a thirtieth of its limit: so no request waits for a limit, and a subject
 * is stopped by its own isolate exactly, by the location a thirtieth late.
 */
import { now } from '@coinop/shared/clock'

/** The platform's binding: its own window is a minute too, and it allows `ticksPerMinute` in one. */
export type Counter = { limit: (options: { key: string }) => Promise<{ success: boolean }> }
export type Subject = { axis: string; id: string; limit: number }
export type RateState = { axis: string; limit: number; remaining: number; resetsInSeconds: number }
/** `told` is what the shared counter is being told, if anything. */
export type Counted = { state: RateState; allowed: boolean; told: Promise<void> | undefined }

export const windowMilliseconds = 60_000
const windowSeconds = windowMilliseconds / 1_000
/** The same for every subject, so one binding serves all: a tick of a larger limit stands for more requests. */
export const ticksPerMinute = 30
const requestsPerTick = (limit: number) => Math.max(1, Math.floor(limit / ticksPerMinute))
export const subjectsMax = 10_000

export class RateLimits {
  private window = 0
  private counts = new Map<string, number>()
  private stopped = new Set<string>()

  /** Counts one request of a subject; windows are aligned to the clock, as the platform's are. */
  count({ axis, id, limit }: Subject, counter: Counter): Counted {
    const at = now()
    this.turn(Math.floor(at / windowMilliseconds))
    const name = `${axis}:${id}`
    const count = (this.counts.get(name) ?? 0) + 1
    this.counts.set(name, count)
    const allowed = count <= limit && !this.stopped.has(name)
    const told =
      allowed && count % requestsPerTick(limit) === 0 ? this.tell(counter, name) : undefined
    const remaining = allowed ? limit - count : 0
    const resetsInSeconds = Math.ceil((windowMilliseconds - (at % windowMilliseconds)) / 1_000)
    return { state: { axis, limit, remaining, resetsInSeconds }, allowed, told }
  }

  private turn(window: number): void {
    if (window !== this.window) {
      this.window = window
      this.counts.clear()
      this.stopped.clear()
    } else if (this.counts.size >= subjectsMax) this.makeRoom()
  }

  /** Forgets those who asked least, half of all or more: a flood of new subjects frees nobody who is near a limit. */
  private makeRoom(): void {
    for (let below = 2; this.counts.size > subjectsMax / 2; below *= 2) {
      for (const [name, count] of this.counts) {
        if (count >= below) continue
        this.counts.delete(name)
        this.stopped.delete(name)
      }
    }
  }

  private async tell(counter: Counter, name: string): Promise<void> {
    const { window } = this
    const { success } = await counter.limit({ key: name })
    if (!success && window === this.window) this.stopped.add(name)
  }
}

/** `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-11 has them. */
export function rateHeaders(states: RateState[]) {
  let [policy, left] = ['', '']
  for (const { axis, limit, remaining, resetsInSeconds } of states) {
    const comma = policy === '' ? '' : ', '
    policy += `${comma}"${axis}";q=${limit};w=${windowSeconds}`
    left += `${comma}"${axis}";r=${remaining};t=${resetsInSeconds}`
  }
  return { 'ratelimit-policy': policy, ratelimit: left }
}
