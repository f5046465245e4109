/** The rules of refresh tokens: how they look, which one follows, and what a presented one may do. Pure. */
import { createHmac, randomBytes } from 'node:crypto'
import { sha256 } from '@coinop/shared/hash'
import { textKeyFor } from './secrets.ts'

/** A token unused for this long is dead. */
export const idleMilliseconds = 14 * 86_400_000
/** A session ends after this long, however busy it is. */
export const sessionMilliseconds = 60 * 86_400_000
/** A used token still gives its successor for this long: a lost answer must not log the player out. */
export const graceMilliseconds = 10_000

const secretBytes = 32
const pattern = /^(rt|mt)_([0-9a-hjkmnp-tv-z]{26})_[A-Za-z0-9_-]{43}$/
const prefixCharacters = 4

/** Sessions of members are kept under their tenant's id, where those of players are kept under their project's. */
export const isTenantId = (id: string): boolean => id.startsWith('ten_')

/** The token says its project (`rt_`) or tenant (`mt_`), so that its row is found like all others, by project first. */
const write = (projectId: string, secret: Buffer) =>
  `${isTenantId(projectId) ? 'mt' : 'rt'}_${projectId.slice(prefixCharacters)}_${secret.toString('base64url')}`

/** The first token of a session: 256 random bits. */
export const firstToken = (projectId: string): string => write(projectId, randomBytes(secretBytes))

/** The only token that can follow `token`: computed, so that it can be given twice without being stored. */
export function successorOf(secret: string, projectId: string, token: string): string {
  const key = textKeyFor(secret, 'refresh-token-successors')
  return write(projectId, createHmac('sha256', key).update(token).digest())
}

/** Where a token's row would be; undefined when it is not one of ours. */
export function locate(token: string): { projectId: string; tokenHash: string } | undefined {
  const [, kind, home] = pattern.exec(token) ?? []
  if (!home) return undefined
  return { projectId: `${kind === 'mt' ? 'ten' : 'prj'}_${home}`, tokenHash: sha256(token) }
}

/** Times are milliseconds since the epoch. */
export type TokenState = {
  expiresAt: number
  usedAt: number | null
  /** Whether the successor exists and nobody has used it. */
  successorUnused: boolean
  sessionExpiresAt: number
  sessionRevokedAt: number | null
  userIsActive: boolean
}

/**
 * `rotate`: it is the current one. `repeat`: its answer may have been lost, give the same again. `reused`: it was
 * replaced too long ago, end the session. `dead`: nothing to do any more.
 */
export function judge(state: TokenState, at: number): 'rotate' | 'repeat' | 'reused' | 'dead' {
  const ended = state.sessionRevokedAt !== null || state.sessionExpiresAt <= at
  if (ended || !state.userIsActive) return 'dead'
  if (state.usedAt === null) return state.expiresAt > at ? 'rotate' : 'dead'
  return state.successorUnused && at - state.usedAt <= graceMilliseconds ? 'repeat' : 'reused'
}
