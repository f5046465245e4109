import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { startPlay } from '../test-plays.ts'
import { makeBoard, newUser, uniqueKey } from '../test-leaderboards.ts'
import { closeSeasonOf } from '../test-seasons.ts'
import { playSessionsCreate } from './play-sessions.create.ts'
import { playSessionsGet } from './play-sessions.get.ts'

async function openBoard(definition: object = {}) {
  const board = await makeBoard({ authoritative: false, ...definition })
  const { projectId } = board.caller
  const userId = await newUser(projectId)
  return { board, userId, ada: { ...player(userId), projectId } }
}

describe('play-sessions.create', () => {
  test('201 an open session of the player, for an hour unless told otherwise', async () => {
    const { board, userId, ada } = await openBoard()
    const { status, body } = await startPlay(board, {}, { caller: ada })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      leaderboardId: board.id,
      userId,
      status: 'open',
      score: null,
      submittedAt: null,
    })
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(3_600_000)
    const short = (await startPlay(board, { expiresInSeconds: 5 }, { caller: ada })).body
    expect(Date.parse(short.expiresAt) - Date.parse(short.createdAt)).toBe(5_000)
    expect(short.token).not.toBe(body.token)
  })

  test('201 for a server that names the player, on any leaderboard; 403 for a player where only servers write', async () => {
    const { board, userId, ada } = await openBoard({ authoritative: true })
    expect(await startPlay(board, { userId })).toMatchObject({ status: 201, body: { userId } })
    const refused = await startPlay(board, {}, { caller: ada })
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  test('201 the same session when a key is repeated, also ten times at once and after its season; 409 idempotency_conflict', async () => {
    const { board, ada } = await openBoard()
    const headers = uniqueKey()
    const send = (json: object = {}) => startPlay(board, json, { caller: ada, headers })
    const answers = await Promise.all(Array.from({ length: 10 }, () => send()))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter((each) => !each.headers.has('idempotency-replayed'))).toHaveLength(1)
    const other = await send({ expiresInSeconds: 9 })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    await closeSeasonOf(board)
    expect((await send()).body).toEqual(answers[0]!.body)
  })

  test('201 into the season of now, when the one before was closed', async () => {
    const { board, ada } = await openBoard()
    const { body: first } = await startPlay(board, {}, { caller: ada })
    await closeSeasonOf(board)
    const { body: second } = await startPlay(board, {}, { caller: ada })
    expect(second.seasonId).not.toBe(first.seasonId)
    const params = { leaderboardId: board.id, playSessionId: second.id }
    const got = await call(playSessionsGet, { params, caller: ada })
    expect(got.body.seasonId).toBe(second.seasonId)
  })

  test('404 leaderboard_not_found and user_not_found, the same for those of another project', async () => {
    const { board, userId } = await openBoard({ public: true })
    const other = await openBoard()
    const foreign = await startPlay({ ...board, caller: other.board.caller }, { userId })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'leaderboard_not_found' } })
    const foreignPlayer = await startPlay(board, {}, { caller: other.ada })
    expect(foreignPlayer.body.code).toBe('leaderboard_not_found')
    for (const wrong of [other.userId, 'usr_00000000000000000000000000']) {
      const answer = await startPlay(board, { userId: wrong })
      expect(answer).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
    }
  })

  test.each([
    { expiresInSeconds: 0 },
    { expiresInSeconds: 86_401 },
    { expiresInSeconds: '60' },
    { userId: 'ada' },
    { score: 1 },
  ])('400 invalid_request for %j', async (json) => {
    const { board, userId } = await openBoard()
    expect((await startPlay(board, { userId, ...json })).body.code).toBe('invalid_request')
  })

  test('400 without a user by a key, 401, 403 for a publishable key, a missing scope, and a player who names another', async () => {
    const { board, ada } = await openBoard()
    expect((await startPlay(board, {})).body.errors).toMatchObject([{ pointer: '/body/userId' }])
    const userId = await newUser(board.caller.projectId)
    const statusFor = async (caller: object) =>
      (
        await call(playSessionsCreate, {
          params: { leaderboardId: board.id },
          json: { userId },
          caller,
        })
      ).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor({ ...board.caller, scopes: ['leaderboards:write'] })).toBe(403)
    expect(await statusFor(ada)).toBe(403)
  })
})
