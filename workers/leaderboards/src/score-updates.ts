/** Scores of a request, for any boards: who may submit them, for whom, and what became of each. */
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import { type Located, locate } from './board-cache.ts'
import type { PlayClaim, RequestPart, ScoreRefusal, ScoreWrite } from './board-commands.ts'
import { claimsOf } from './play-sessions.ts'
import { existing } from './players.ts'
import { problem } from './problems.ts'
import { type AppliedScore, type ScoreUpdate, toAppliedScore, toWrite } from './score-model.ts'
import { partOf, submitScores, type Submitted, writable } from './score-writes.ts'

export type Update = ScoreUpdate & { userId: string }
type Refusal =
  | 'leaderboard_not_found'
  | 'user_not_found'
  | 'play_session_not_found'
  | Exclude<ScoreRefusal, 'season_closed' | 'season_not_started' | 'wrong_number_of_keys'>
export type Outcome = Result<{ score: AppliedScore; replayed: boolean }, Refusal>
type Request = { updates: Update[]; key: string }

/** The outcomes in the order of the updates; `pointerOf` says where each stands in the request. */
export async function submitUpdates(
  env: LeaderboardsEnv,
  caller: Caller,
  { updates, key }: Request,
  pointerOf: (index: number) => string,
): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>()
  const known = await existing(
    env.PLAYERS,
    caller,
    updates.map(({ userId }) => userId),
  )
  const groups = Map.groupBy(updates.keys(), (index) => updates[index]!.leaderboardId)
  if (groups.size > 1) await refuseUnfit(env, caller, { updates, known }, pointerOf)
  for (const [name, indexes] of groups) {
    const isThere = await mayWrite(env, caller, name)
    const left = indexes.filter((index) => {
      if (isThere && known.has(updates[index]!.userId)) return true
      outcomes.set(index, fail(isThere ? 'user_not_found' : 'leaderboard_not_found'))
      return false
    })
    if (left.length === 0) continue
    const { located, claims } = await claimsOf(
      env,
      await writable(env, caller.projectId, name),
      left.map((index) => updates[index]!),
    )
    const claimed = left.flatMap((index, at) => {
      const claim = claims[at]!
      if (!claim.ok) outcomes.set(index, claim)
      return claim.ok ? [{ index, play: claim.value }] : []
    })
    const writes = claimed.map(({ index, play }) =>
      writeOf(caller, located, {
        update: updates[index]!,
        key,
        index,
        pointer: pointerOf(index),
        play,
      }),
    )
    const sent = claimed.map(({ index }) => index)
    const part = key === '' ? undefined : { key: requestKeyOf(caller, key), indexes: sent }
    const digestAt = (at: number) =>
      digestOf({ ...updates[claimed[at]!.index]!, leaderboardId: located.board.id })
    const given = await submitOnce(env, located, { writes, part }, digestAt)
    for (const [at, { index }] of claimed.entries()) {
      const { seasonId, answer } = given[at]!
      const { userId } = updates[index]!
      outcomes.set(index, outcomeOf(located, { seasonId, userId }, answer))
    }
  }
  return [...updates.keys()].map((index) => outcomes.get(index)!)
}

/** What versions before told a retry by: they sent it with every score. */
const digestOf = (update: Update): string => requestHash('scores.update', update)

/** As `submitScores`. What is in conflict may be the retry of a score that came when a digest was kept of it. */
async function submitOnce(
  env: LeaderboardsEnv,
  located: Located,
  { writes, part }: { writes: ScoreWrite[]; part: RequestPart | undefined },
  digestAt: (at: number) => string,
): Promise<Submitted[]> {
  const given = await submitScores(env, located, writes, part)
  const doubtful = [...given.keys()].filter((at) => isConflict(given[at]!))
  if (doubtful.length === 0) return given
  const again = doubtful.map((at) => ({ ...writes[at]!, requestHash: digestAt(at) }))
  const answers = await submitScores(env, located, again, partOf(part, doubtful))
  for (const [index, at] of doubtful.entries()) given[at] = answers[index]!
  return given
}

const isConflict = ({ answer }: Submitted): boolean =>
  !answer.ok && answer.code === 'idempotency_conflict'

/** Whether there is such a board; throws `forbidden` when the caller may not write to it. */
export async function mayWrite(
  env: LeaderboardsEnv,
  caller: Caller,
  name: string,
): Promise<boolean> {
  const located = await locate(env, caller.projectId, name)
  if (!located || located.board.projectId !== caller.projectId) return false
  if (located.board.authoritative && caller.kind === 'player') {
    throw problem('forbidden', 'Only a server writes scores of this leaderboard.')
  }
  return true
}

/** Servers share theirs, a player has others. */
const requestKeyOf = ({ kind, actorId }: Caller, key: string): string =>
  kind === 'player' ? `${kind}:${actorId}:${key}` : `${kind}:${key}`

type Item = {
  update: Update
  key: string
  index: number
  pointer: string
  play: PlayClaim | undefined
}

function writeOf(caller: Caller, { board }: Located, item: Item) {
  const { update, key, index, pointer, play } = item
  if (update.operator !== undefined && caller.kind === 'player') {
    throw problem('forbidden', 'Only a server chooses another operator.')
  }
  return toWrite(board, update, {
    // A key belongs to the user and to the kind of caller: servers share theirs, a player has others.
    key: key === '' ? '' : `${caller.kind}:${update.userId}:${index}:${key}`,
    pointer: `${pointer}/keys`,
    play,
    isByPlayer: caller.kind === 'player',
  })
}

function outcomeOf(
  { board }: Located,
  where: { seasonId: string; userId: string },
  answer: Awaited<ReturnType<typeof submitScores>>[number]['answer'],
): Outcome {
  if (answer.ok) {
    const score = toAppliedScore(board, where, answer.value)
    return ok({ score, replayed: answer.value.replayed })
  }
  const { code } = answer
  if (
    code === 'season_closed' ||
    code === 'season_not_started' ||
    code === 'wrong_number_of_keys'
  ) {
    throw new Error(`A board refused a score as ${code}.`)
  }
  return fail(code)
}

/** Throws for what no board takes, before the first board has taken anything: a request is answered 400 only if nothing came of it. */
async function refuseUnfit(
  env: LeaderboardsEnv,
  caller: Caller,
  { updates, known }: { updates: Update[]; known: Set<string> },
  pointerOf: (index: number) => string,
): Promise<void> {
  for (const [index, update] of updates.entries()) {
    const located = await locate(env, caller.projectId, update.leaderboardId)
    if (located?.board.projectId !== caller.projectId || !known.has(update.userId)) continue
    writeOf(caller, located, { update, key: '', index, pointer: pointerOf(index), play: undefined })
  }
}
