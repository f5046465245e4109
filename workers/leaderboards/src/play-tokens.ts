/** What proves a play session: signed, for one user on one leaderboard, in the season in which it was started. */
import { equalInConstantTime, hmacSha256 } from '@coinop/shared/hash'
import type { PlayClaim } from './board-commands.ts'

/** Whose session it is: what a token is for stands in its signature, not in its text. */
export type PlayOwner = { projectId: string; boardId: string; userId: string }

export function writePlayToken(
  env: LeaderboardsEnv,
  owner: PlayOwner,
  { id, seasonId, createdAt, expiresAt }: PlayClaim,
): string {
  const claim = [id, seasonId, createdAt, expiresAt].join('.')
  return `${claim}.${signature(env, claim, owner)}`
}

/** Undefined for what was not signed for this user on this leaderboard. */
export function readPlayToken(
  env: LeaderboardsEnv,
  owner: PlayOwner,
  token: string,
): PlayClaim | undefined {
  const end = token.lastIndexOf('.')
  const claim = token.slice(0, Math.max(0, end))
  if (!equalInConstantTime(token.slice(end + 1), signature(env, claim, owner))) return undefined
  const [id = '', seasonId = '', createdAt, expiresAt] = claim.split('.')
  return { id, seasonId, createdAt: Number(createdAt), expiresAt: Number(expiresAt) }
}

const signature = (env: LeaderboardsEnv, claim: string, owner: PlayOwner): string => {
  const { projectId, boardId, userId } = owner
  const signed = JSON.stringify(['play-session', claim, projectId, boardId, userId])
  return hmacSha256(env.CURSOR_SECRET, signed)
}
