/** How many operations a lease hands out: pure, so that the rule can be read and tested alone. */
import type { OperationClass } from './plans.ts'

export type LeaseRequest = {
  /** Chosen by the caller: the same id gets the same answer. */
  id: string
  class: OperationClass
  plan: string
  /** Operations that wait right now, and will be used at once. */
  needed: number
  /** Operations that are likely to follow before the lease expires. */
  spare: number
}

export type LeaseAnswer = {
  granted: number
  /** Milliseconds since the epoch. Afterwards nothing of the lease may be used. */
  expiresAt: number
  limit: number
  /** Handed out in this period, this lease included. */
  current: number
  resetsAt: number
}

export const leaseMilliseconds = 10_000
export const neededMax = 10_000
export const spareMax = 500
/** Below this nothing is handed out on stock: what one isolate holds unused, another would miss. */
const lastOperations = 1_000

/** Never more than what remains; on stock at most a hundredth of it. */
export function grantOf(remaining: number, { needed, spare }: LeaseRequest): number {
  const now = Math.min(Math.max(0, needed), neededMax, remaining)
  const rest = remaining - now
  if (rest <= lastOperations) return now
  return now + Math.min(Math.max(0, spare), spareMax, Math.floor(rest / 100))
}
