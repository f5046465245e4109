/** Brings scores into the season of now: each into exactly one, also when a season ends meanwhile or a key comes back later. */
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import { fail, ok, type Result } from '@coinop/shared/result'
import { drizzle } from 'drizzle-orm/d1'
import { forget, locate, type Located, remember } from './board-cache.ts'
import { submitTo } from './board-calls.ts'
import type { RequestPart, ScoreAnswer, ScoreWrite } from './board-commands.ts'
import { lockBoard } from './boards.ts'
import { problem } from './problems.ts'
import { closeSeason } from './season-end.ts'
import { boardObject, openSeason, referenceOf, type SeasonRow } from './seasons.ts'

/** Answers of an ended season to a key are looked for as long as keys are kept. */
const keyKeptMilliseconds = 24 * 3_600_000
/** A season that ends between two of these is rare; three of them in one request are not. */
export const roundsMax = 4

export type Submitted = { seasonId: string; answer: ScoreAnswer }

/** The board, ready to be written to: it is locked, and its season of now is stored. Throws `leaderboard_not_found`. */
export async function writable(
  env: LeaderboardsEnv,
  projectId: string,
  name: string,
): Promise<Located> {
  const located = await locate(env, projectId, name)
  if (!located || located.board.projectId !== projectId) throw problem('leaderboard_not_found')
  if (located.stored && located.board.lockedAt !== null) return located
  const db = drizzle(env.LEADERBOARDS_DB)
  forget(located.board)
  // First the lock: no score is on its way in an order that may still change.
  const board = await lockBoard(db, located.board)
  const opened = { board, ...(await openSeason(db, board, now())) }
  remember(board.id, opened)
  return opened
}

/** The answers in the order of `writes`. Throws `unavailable` when seasons end faster than they can be written to. */
export async function submitScores(
  env: LeaderboardsEnv,
  first: Located,
  writes: ScoreWrite[],
  part?: RequestPart,
): Promise<Submitted[]> {
  const answers = await answersOfPrevious(env, first, { writes, part })
  let located = first
  for (let round = 0; round < roundsMax; round++) {
    const left = [...writes.keys()].filter((index) => !answers.has(index))
    if (left.length === 0) return [...writes.keys()].map((index) => answers.get(index)!)
    const { board, season } = located
    const given = await ask('board', async () =>
      submitTo(boardObject(env, season), {
        reference: referenceOf(board, season),
        writes: left.map((index) => writes[index]!),
        part: partOf(part, left),
      }),
    )
    for (const [at, answer] of given.entries()) {
      if (!isElsewhere(answer)) answers.set(left[at]!, { seasonId: season.id, answer })
    }
    if (given.some((answer) => codeOf(answer) === 'season_closed')) {
      located = await nextSeason(env, located)
    }
  }
  throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
}

/** What of a request these writes are. */
export const partOf = (part: RequestPart | undefined, writes: number[]): RequestPart | undefined =>
  part && { ...part, indexes: writes.map((index) => part.indexes[index]!) }

const codeOf = (answer: ScoreAnswer) => (answer.ok ? undefined : answer.code)

/** The score belongs to another season than the one that was asked. */
const isElsewhere = (answer: ScoreAnswer): boolean =>
  ['season_closed', 'season_not_started'].includes(codeOf(answer) ?? '')

/** Behind a season that its object calls closed: if the database does not know yet, it learns it here. */
export async function nextSeason(
  env: LeaderboardsEnv,
  { board, season }: Located,
): Promise<Located> {
  // Of many that meet the end at once the first one looks it up.
  const known = await locate(env, board.projectId, board.id)
  if (known?.season.id === season.id) forget(board)
  const found = await writable(env, board.projectId, board.id)
  if (found.season.id !== season.id) return found
  await closeSeason(env, found, now())
  forget(board)
  return writable(env, board.projectId, board.id)
}

/** What an ended season refuses because of what was submitted to it. */
const answered = ['idempotency_conflict', 'score_submitted']

/**
 * A key whose score went into the season before, and whose answer was lost, is answered from there: a retried increment
 * must not count once in each season. So is a score whose play session was started there. The ended season takes nothing
 * new, so asking it has no other effect.
 */
async function answersOfPrevious(
  env: LeaderboardsEnv,
  { board, previous }: Located,
  { writes, part }: { writes: ScoreWrite[]; part: RequestPart | undefined },
): Promise<Map<number, Submitted>> {
  const answers = new Map<number, Submitted>()
  const keyed = [...writes.keys()].filter((index) => {
    const { idempotencyKey, play } = writes[index]!
    return idempotencyKey !== undefined || play?.seasonId === previous?.id
  })
  if (!previous || keyed.length === 0 || !mayAnswer(previous)) return answers
  const given = await ask('board', async () =>
    submitTo(boardObject(env, previous), {
      reference: referenceOf(board, previous),
      writes: keyed.map((index) => writes[index]!),
      part: partOf(part, keyed),
    }),
  )
  for (const [at, answer] of given.entries()) {
    const isKnown = answer.ok || answered.includes(answer.code)
    if (isKnown) answers.set(keyed[at]!, { seasonId: previous.id, answer })
  }
  return answers
}

export const mayAnswer = ({ status, closedAt, endsAt }: SeasonRow): boolean =>
  status !== 'evicted' && (closedAt ?? endsAt ?? 0) > now() - keyKeptMilliseconds

type Removal = Result<{ seasonId: string; removed: boolean }, 'idempotency_conflict'>

/** Removes a score from the season of now. Throws as `submitScores` does. */
export async function removeScore(
  env: LeaderboardsEnv,
  { projectId, leaderboardId }: { projectId: string; leaderboardId: string },
  { userId, key }: { userId: string; key: string | undefined },
): Promise<Removal> {
  let located = await writable(env, projectId, leaderboardId)
  const removeIn = async (season: SeasonRow) => {
    const reference = referenceOf(located.board, season)
    const object = boardObject(env, season)
    const answer = await ask('board', async () => object.remove(reference, userId, key))
    return answer.ok ? ok({ seasonId: season.id, removed: answer.value.removed }) : answer
  }
  const { previous } = located
  // A key whose answer was lost before the season ended must not take the score of the next one, too.
  if (key !== undefined && previous && mayAnswer(previous)) {
    const earlier = await removeIn(previous)
    if (earlier.ok) return earlier
    if (earlier.code !== 'season_closed') return fail(earlier.code)
  }
  for (let round = 0; round < roundsMax; round++) {
    const answer = await removeIn(located.season)
    if (answer.ok) return answer
    if (answer.code !== 'season_closed') return fail(answer.code)
    located = await nextSeason(env, located)
  }
  throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
}
