/** Boards that somebody looks at, remembered in the isolate until what was played is counted there. */
import { now } from '@coinop/shared/clock'

/** A board is looked after at most this often in an isolate; one that no game is bound to less often. */
const boundMilliseconds = 2_000
const unboundMilliseconds = 30_000
/** Boards at once: what is more waits for the sweep. */
const boardsMax = 20
const rememberedMax = 1_000

const used = new Set<string>()
/** Not again before this time. */
const notBefore = new Map<string, number>()

/** Notes that a board was read or written. */
export function noteUse(boardId: string): void {
  if (used.size < boardsMax && now() >= (notBefore.get(boardId) ?? 0)) used.add(boardId)
}

/** A game was just bound to it. */
export function noteBinding(boardId: string): void {
  notBefore.delete(boardId)
}

export function noteUnbound(boardId: string): void {
  notBefore.set(boardId, now() + unboundMilliseconds)
}

/** Those that were used and are due; whoever takes them looks after them. */
export function takeUsed(): string[] {
  const boardIds = [...used]
  used.clear()
  if (notBefore.size > rememberedMax) notBefore.clear()
  for (const boardId of boardIds) notBefore.set(boardId, now() + boundMilliseconds)
  return boardIds
}
