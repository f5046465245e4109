/** Play sessions of a leaderboard: started in the season of now, and good for a score in it or in the next one. */
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import { fail, ok, type Result } from '@coinop/shared/result'
import { forget, type Located, locate } from './board-cache.ts'
import type { Play, PlayClaim, PlayStart } from './board-commands.ts'
import { type PlaySession, toPlaySession } from './play-model.ts'
import { readPlayToken } from './play-tokens.ts'
import { problem } from './problems.ts'
import { mayAnswer, nextSeason, roundsMax, writable } from './score-writes.ts'
import { boardObject, referenceOf, type SeasonRow } from './seasons.ts'

export type Started = Result<
  { seasonId: string; play: Play; replayed: boolean },
  'idempotency_conflict'
>

/** Throws `unavailable` when seasons end faster than one can be asked. */
export async function startPlaySession(
  env: LeaderboardsEnv,
  first: Located,
  start: PlayStart,
): Promise<Started> {
  const startIn = async ({ board }: Located, season: SeasonRow) =>
    ask('board', async () => boardObject(env, season).startPlay(referenceOf(board, season), start))
  const { previous } = first
  // A key whose answer was lost before the season ended is answered from there.
  if (previous && start.key !== undefined && mayAnswer(previous)) {
    const earlier = await startIn(first, previous)
    if (earlier.ok) return ok({ seasonId: previous.id, ...earlier.value })
    if (earlier.code === 'idempotency_conflict') return fail(earlier.code)
  }
  let located = first
  for (let round = 0; round < roundsMax; round++) {
    const answer = await startIn(located, located.season)
    if (answer.ok) return ok({ seasonId: located.season.id, ...answer.value })
    if (answer.code === 'idempotency_conflict') return fail(answer.code)
    if (answer.code === 'season_closed') located = await nextSeason(env, located)
  }
  throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
}

/** From the season of now or the one before; throws `leaderboard_not_found` or `play_session_not_found`. */
export async function findPlaySession(
  env: LeaderboardsEnv,
  { kind, actorId, projectId }: Caller,
  { leaderboardId, playSessionId }: { leaderboardId: string; playSessionId: string },
): Promise<PlaySession> {
  // What another isolate has begun this one may not know yet.
  for (const attempt of ['known', 'fresh']) {
    const located = await locate(env, projectId, leaderboardId)
    if (!located || located.board.projectId !== projectId) throw problem('leaderboard_not_found')
    const { board } = located
    for (const each of seasonsOf(located)) {
      const play = await ask('board', async () => boardObject(env, each).play(playSessionId))
      if (!play || (kind === 'player' && play.userId !== actorId)) continue
      return toPlaySession({ leaderboardId: board.id, seasonId: each.id }, play)
    }
    if (attempt === 'known') forget(board)
  }
  throw problem('play_session_not_found')
}

/** Those in which something may be. */
const seasonsOf = ({ season, stored, previous }: Located): SeasonRow[] => [
  ...(stored ? [season] : []),
  ...(previous && mayAnswer(previous) ? [previous] : []),
]

type Asked = { userId: string; playSession?: string | undefined }
type Claimed = Result<PlayClaim | undefined, 'play_session_not_found' | 'session_expired'>

/** What the tokens of scores claim, each in its place, and where these scores may go. */
export async function claimsOf(
  env: LeaderboardsEnv,
  given: Located,
  asked: Asked[],
): Promise<{ located: Located; claims: Claimed[] }> {
  const { id: boardId, projectId } = given.board
  const read = asked.map(({ userId, playSession }) =>
    playSession === undefined
      ? undefined
      : (readPlayToken(env, { projectId, boardId, userId }, playSession) ?? null),
  )
  const isStale = read.some((claim) => claim && !mayGoTo(given, claim))
  if (isStale) forget(given.board)
  const located = isStale ? await writable(env, projectId, boardId) : given
  const claims = read.map((claim): Claimed => {
    if (claim === undefined) return ok(undefined)
    if (claim === null) return fail('play_session_not_found')
    return mayGoTo(located, claim) ? ok(claim) : fail('session_expired')
  })
  return { located, claims }
}

/** A season that has ended still says whether the session was used in it; one before that is not asked. */
const mayGoTo = ({ season, previous }: Located, { seasonId }: PlayClaim): boolean =>
  seasonId === season.id || (previous?.id === seasonId && mayAnswer(previous))
