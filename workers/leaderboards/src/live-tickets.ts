/** Tickets for live feeds: a browser cannot send a header with a WebSocket, and a key has no place in a URL. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { equalInConstantTime, hmacSha256 } from '@coinop/shared/hash'
import { invalidField } from '@coinop/shared/problem'

/** How long a ticket opens a feed; a feed that is open stays open. */
export const ticketSeconds = 600

/** `board` is the id or slug that the ticket is for, as the feed's path names it. */
export function writeTicket(env: LeaderboardsEnv, projectId: string, board: string) {
  const expiresAt = now() + ticketSeconds * 1_000
  const claim = `${projectId}.${expiresAt}`
  return { ticket: `${claim}.${signature(env, claim, board)}`, expiresAt }
}

/** Who a request is by its ticket: somebody of the project, and nobody in particular. Throws `invalid_request`. */
export function callerWithTicket(
  env: LeaderboardsEnv,
  caller: Caller,
  { ticket, board }: { ticket: string | undefined; board: string },
): Caller {
  if (ticket === undefined) return caller
  const [projectId = '', expiresAt = '', mac = ''] = ticket.split('.')
  const valid = equalInConstantTime(mac, signature(env, `${projectId}.${expiresAt}`, board))
  if (!valid || now() >= Number(expiresAt)) {
    throw invalidField('/query/ticket', 'Not a ticket for this feed, or an old one; get another.')
  }
  return { ...caller, kind: 'publishable', projectId }
}

const signature = (env: LeaderboardsEnv, claim: string, board: string): string =>
  hmacSha256(env.CURSOR_SECRET, JSON.stringify(['live-ticket', claim, board]))
