import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { sessionOf, startPlay } from '../test-plays.ts'
import { makeBoard, newUser, submit } from '../test-leaderboards.ts'
import { closeSeasonOf } from '../test-seasons.ts'
import { playSessionsGet } from './play-sessions.get.ts'

async function withSession() {
  const board = await makeBoard({ authoritative: false })
  const { projectId } = board.caller
  const userId = await newUser(projectId)
  const { body } = await startPlay(board, { userId })
  return { board, userId, ada: { ...player(userId), projectId }, session: body }
}

describe('play-sessions.get', () => {
  test('200 for its player and for a server, without the token', async () => {
    const { board, ada, session } = await withSession()
    const { token: _, ...shown } = session
    for (const caller of [ada, board.caller]) {
      expect(await sessionOf(board, session.id, caller)).toMatchObject({ status: 200, body: shown })
    }
  })

  test('200 with the score it had, and of the season before; the score of the next season stands in that one', async () => {
    const { board, userId, session } = await withSession()
    await submit(board, { userId, score: 12.5, playSession: session.token })
    const { body } = await sessionOf(board, session.id)
    expect(body).toMatchObject({ status: 'submitted', score: 12.5, seasonId: session.seasonId })
    const open = (await startPlay(board, { userId })).body
    await closeSeasonOf(board)
    expect((await sessionOf(board, session.id)).body).toEqual(body)
    const next = await submit(board, { userId, score: 3, playSession: open.token })
    expect((await sessionOf(board, open.id)).body).toMatchObject({
      status: 'submitted',
      score: 3,
      seasonId: next.body.seasonId,
    })
  })

  test('200 expired, when nothing came in time', async () => {
    const { board, userId } = await withSession()
    const { body } = await startPlay(board, { userId, expiresInSeconds: 1 })
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect((await sessionOf(board, body.id)).body).toMatchObject({ status: 'expired', score: null })
  })

  test('404 play_session_not_found for another player, board and id; leaderboard_not_found for another project', async () => {
    const { board, session } = await withSession()
    const { projectId } = board.caller
    const other = { ...player(await newUser(projectId)), projectId }
    const second = await makeBoard({}, board.caller)
    const missing = [
      await sessionOf(board, session.id, other),
      await sessionOf(second, session.id),
      await sessionOf(board, 'pls_00000000000000000000000000'),
    ]
    for (const answer of missing) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'play_session_not_found' } })
    }
    const foreign = await sessionOf(board, session.id, (await makeBoard()).caller)
    expect(foreign).toMatchObject({ status: 404, body: { code: 'leaderboard_not_found' } })
  })

  test('400 invalid_request for what is no id, 401, 403 for a publishable key', async () => {
    const { board, session } = await withSession()
    expect((await sessionOf(board, 'pls_1')).body.code).toBe('invalid_request')
    expect((await sessionOf(board, session.id, anonymous())).status).toBe(401)
    const params = { leaderboardId: board.id, playSessionId: session.id }
    const by = { ...publishableKey(), projectId: board.caller.projectId }
    expect((await call(playSessionsGet, { params, caller: by })).status).toBe(403)
  })
})
