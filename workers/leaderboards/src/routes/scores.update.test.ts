import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule } from '../test-fraud.ts'
import { makeBoard, newUser, standingOf, submit, uniqueKey } from '../test-leaderboards.ts'
import { startPlay } from '../test-plays.ts'
import { closeSeasonOf } from '../test-seasons.ts'
import { scoresUpdate } from './scores.update.ts'

async function boardWithUser(definition: object = {}) {
  const board = await makeBoard(definition)
  return { board, userId: await newUser(board.caller.projectId) }
}

describe('scores.update', () => {
  test('200 what stands now, what stood before, and whether it was applied', async () => {
    const { board, userId } = await boardWithUser()
    const first = await submit(board, { userId, score: 10 })
    expect(first).toMatchObject({
      status: 200,
      body: {
        leaderboardId: board.id,
        userId,
        rank: 1,
        previousRank: null,
        score: 10,
        previousScore: null,
        applied: true,
      },
    })
    const worse = await submit(board, { userId, score: 5 })
    expect(worse.body).toMatchObject({ score: 10, previousScore: 10, applied: false })
    const better = await submit(board, { userId, score: 12.25 })
    expect(better.body).toMatchObject({ score: 12.25, previousScore: 10, applied: true })
  })

  test.each([
    ['best', [5, 9, 7], 9],
    ['latest', [5, 9, 7], 7],
    ['first', [5, 9, 7], 5],
    ['increment', [5, 0, -7.5], -2.5],
    ['decrement', [5, 9, 0], -14],
  ])('200 %s makes of %j a standing of %d', async (operator, scores, standing) => {
    const { board, userId } = await boardWithUser({ operator })
    for (const score of scores) await submit(board, { userId, score })
    expect(await standingOf(board)).toEqual([[userId, standing]])
  })

  test('200 with another operator, by a server only, and by slug', async () => {
    const { board, userId } = await boardWithUser({ authoritative: false })
    await submit(board, { userId, score: 10 })
    const lower = { leaderboardId: board.slug, userId, score: 3, operator: 'latest' }
    const caller = { ...player(userId), projectId: board.caller.projectId }
    const refused = await call(scoresUpdate, { json: { ...lower, userId: undefined }, caller })
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const allowed = await call(scoresUpdate, { json: lower, caller: board.caller })
    expect(allowed.body).toMatchObject({ score: 3, previousScore: 10 })
  })

  test('200 once for a key, however often it is sent, also ten times at once', async () => {
    const { board, userId } = await boardWithUser({ operator: 'increment' })
    const headers = uniqueKey()
    const send = () => submit(board, { userId, score: 5 }, headers)
    const answers = await Promise.all(Array.from({ length: 10 }, send))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter((each) => !each.headers.has('idempotency-replayed'))).toHaveLength(1)
    expect(await standingOf(board)).toEqual([[userId, 5]])
  })

  test('200 a key whose answer was lost is answered from the season that has ended meanwhile', async () => {
    const { board, userId } = await boardWithUser({ operator: 'increment' })
    const headers = uniqueKey()
    const first = await submit(board, { userId, score: 5 }, headers)
    await closeSeasonOf(board)
    const again = await submit(board, { userId, score: 5 }, headers)
    expect(again.body).toEqual(first.body)
    expect(await standingOf(board)).toEqual([])
    const fresh = await submit(board, { userId, score: 5 }, uniqueKey())
    expect(fresh.body).toMatchObject({ score: 5, previousScore: null })
    expect(fresh.body.seasonId).not.toBe(first.body.seasonId)
  })

  test('409 idempotency_conflict for another score with the same key', async () => {
    const { board, userId } = await boardWithUser()
    const headers = uniqueKey()
    await submit(board, { userId, score: 5 }, headers)
    const other = await submit(board, { userId, score: 6 }, headers)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test('409 score_out_of_bounds of what would stand, and nothing changes', async () => {
    const { board, userId } = await boardWithUser({ operator: 'increment', scoreMax: 10 })
    await submit(board, { userId, score: 10 })
    const over = await submit(board, { userId, score: 0.5 })
    expect(over).toMatchObject({ status: 409, body: { code: 'score_out_of_bounds' } })
    expect(await standingOf(board)).toEqual([[userId, 10]])
  })

  test('409 attempts_exhausted after as many as the board allows', async () => {
    const { board, userId } = await boardWithUser({ attemptsMax: 2 })
    for (const score of [1, 2]) expect((await submit(board, { userId, score })).status).toBe(200)
    const third = await submit(board, { userId, score: 3 })
    expect(third).toMatchObject({ status: 409, body: { code: 'attempts_exhausted' } })
    expect(await standingOf(board)).toEqual([[userId, 2]])
  })

  test('409 submission_rejected when a fraud rule rejects it, and nothing changes', async () => {
    const { board, userId } = await boardWithUser()
    await addRule(board, { action: 'reject' })
    await submit(board, { userId, score: 100 })
    const over = await submit(board, { userId, score: 101 })
    expect(over).toMatchObject({ status: 409, body: { code: 'submission_rejected' } })
    expect(await standingOf(board)).toEqual([[userId, 100]])
  })

  test('409 score_submitted and session_expired, 404 play_session_not_found, and nothing changes', async () => {
    const { board, userId } = await boardWithUser()
    const started = async (json: object = {}) =>
      (await startPlay(board, { userId, ...json })).body.token
    const [token, short] = [await started(), await started({ expiresInSeconds: 1 })]
    const send = (playSession: string) => submit(board, { userId, score: 5, playSession })
    expect((await send(token)).status).toBe(200)
    const again = await submit(board, { userId, score: 6, playSession: token })
    expect(again).toMatchObject({ status: 409, body: { code: 'score_submitted' } })
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect(await send(short)).toMatchObject({ status: 409, body: { code: 'session_expired' } })
    const forged = await send(token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a'))
    expect(forged).toMatchObject({ status: 404, body: { code: 'play_session_not_found' } })
    expect(await standingOf(board)).toEqual([[userId, 5]])
  })

  test('200 a player’s own score where the board allows it, 403 anywhere else and for anybody else', async () => {
    const { board, userId } = await boardWithUser({ authoritative: false })
    const caller = { ...player(userId), projectId: board.caller.projectId }
    const json = { leaderboardId: board.id, score: 3 }
    expect((await call(scoresUpdate, { json, caller })).body).toMatchObject({ userId, rank: 1 })
    const other = await newUser(board.caller.projectId)
    const forOther = await call(scoresUpdate, { json: { ...json, userId: other }, caller })
    expect(forOther).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const closed = await makeBoard({}, board.caller)
    const refused = await call(scoresUpdate, {
      json: { ...json, leaderboardId: closed.id },
      caller,
    })
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  test('404 leaderboard_not_found and user_not_found, the same for those of another project', async () => {
    const { board, userId } = await boardWithUser({ public: true })
    const other = await boardWithUser()
    const boards = [board.id, board.slug, 'brd_00000000000000000000000000']
    for (const leaderboardId of boards) {
      const json = { leaderboardId, userId: other.userId, score: 1 }
      const { body } = await call(scoresUpdate, { json, caller: other.board.caller })
      expect(body.code).toBe('leaderboard_not_found')
    }
    for (const wrong of [userId, 'usr_00000000000000000000000000']) {
      const answer = await submit(other.board, { userId: wrong, score: 1 })
      expect(answer).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
    }
  })

  test.each([
    ['/body/score', { score: '5' }],
    ['/body/score', { score: 2 ** 53 }],
    ['/body/keys', { keys: { seconds: 1 } }],
    ['/body/metadata', { metadata: { note: 'x'.repeat(2_048) } }],
    ['/body/metadata', { metadata: 'text' }],
    ['/body/operator', { operator: 'worst' }],
    ['/body/playSession', { playSession: 'token' }],
    ['/body/playSession', { playSession: `pls_${'0'.repeat(300)}` }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const { board, userId } = await boardWithUser()
    const answer = await submit(board, { userId, score: 1, ...change })
    expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
  })

  test('401 and 403: a server with the scope, or a player', async () => {
    const as = (caller: object) =>
      call(scoresUpdate, { json: { leaderboardId: 'any', score: 1 }, caller })
    expect((await as(anonymous())).status).toBe(401)
    expect((await as(publishableKey())).status).toBe(403)
    expect((await as({ scopes: ['leaderboards:write'] })).status).toBe(403)
  })
})
