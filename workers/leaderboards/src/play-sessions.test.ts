import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { scoresBatch } from './routes/scores.batch.ts'
import { scoresUpdate } from './routes/scores.update.ts'
import { addRule, reviewsOf } from './test-fraud.ts'
import { makeBoard, newUser, standingOf, submit, uniqueKey } from './test-leaderboards.ts'
import { sessionOf, startPlay } from './test-plays.ts'
import { closeSeasonOf } from './test-seasons.ts'

async function played(definition: object = {}) {
  const board = await makeBoard({ authoritative: false, operator: 'increment', ...definition })
  const { projectId } = board.caller
  const userId = await newUser(projectId)
  const caller = { ...player(userId), projectId }
  const { body: session } = await startPlay(board, {}, { caller })
  const send = (score: number, playSession: string = session.token, headers = {}) =>
    call(scoresUpdate, { json: { leaderboardId: board.id, score, playSession }, caller, headers })
  return { board, userId, caller, session, send }
}

describe('the score of a play session', () => {
  test('counts once, of ten at once from different places', async () => {
    const { board, userId, session, send } = await played()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(5)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'score_submitted')).toHaveLength(9)
    expect(await standingOf(board)).toEqual([[userId, 5]])
    // Not by a server, either.
    const byServer = await submit(board, { userId, score: 5, playSession: session.token })
    expect(byServer).toMatchObject({ status: 409, body: { code: 'score_submitted' } })
    expect((await sessionOf(board, session.id)).body).toMatchObject({ status: 'submitted' })
  })

  test('is answered the same to its key, also when it changed nothing, and when the season has ended', async () => {
    const { board, userId, session, send } = await played({ operator: 'best' })
    await submit(board, { userId, score: 9 })
    const headers = uniqueKey()
    const first = await send(5, session.token, headers)
    expect(first.body).toMatchObject({ applied: false, score: 9 })
    const second = await send(5, session.token, headers)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await send(6, session.token, headers)).body.code).toBe('idempotency_conflict')
    await closeSeasonOf(board)
    expect((await send(5, session.token, headers)).body).toEqual(first.body)
    expect((await send(5)).body.code).toBe('score_submitted')
    expect(await standingOf(board)).toEqual([])
  })

  test('goes into the next season when its own is over, once, and not into the one after that', async () => {
    const { board, userId, caller, send } = await played()
    const { body: other } = await startPlay(board, {}, { caller })
    const { body: late } = await startPlay(board, {}, { caller })
    await closeSeasonOf(board)
    const answers = await Promise.all([send(5, other.token), send(5, other.token)])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
    expect(await standingOf(board)).toEqual([[userId, 5]])
    await closeSeasonOf(board)
    expect((await send(5, late.token)).body.code).toBe('session_expired')
    expect((await send(5, other.token)).body.code).toBe('session_expired')
    expect(await standingOf(board)).toEqual([])
  })

  test('is nobody else’s: not another user’s, board’s or project’s, and no letter of a token can be changed', async () => {
    const { board, session, send } = await played()
    const { caller } = board
    const stranger = await newUser(caller.projectId)
    const json = { score: 5, playSession: session.token }
    const codes = [(await submit(board, { userId: stranger, ...json })).body.code]
    const second = await makeBoard({}, caller)
    codes.push((await submit(second, { userId: session.userId, ...json })).body.code)
    const elsewhere = await played()
    codes.push((await elsewhere.send(5, session.token)).body.code)
    const parts = session.token.split('.') as string[]
    const changed = parts.map((part, at) => {
      const last = part.endsWith('1') ? '2' : '1'
      return parts.with(at, part.slice(0, -1) + last).join('.')
    })
    const later = parts.with(3, String(Number(parts[3]) + 1)).join('.')
    for (const token of [...changed, later, session.id, `${session.token}.`, `${session.token}0`]) {
      codes.push((await send(5, token)).body.code)
    }
    expect(new Set(codes)).toEqual(new Set(['play_session_not_found']))
    expect(await standingOf(board)).toEqual([])
    expect((await send(5)).status).toBe(200)
  })

  test('stands in a batch with others, each with an outcome of its own', async () => {
    const { board, userId, session } = await played()
    const other = await newUser(board.caller.projectId)
    const item = { leaderboardId: board.id, userId, score: 2, playSession: session.token }
    const updates = [item, item, { ...item, userId: other }, { ...item, playSession: undefined }]
    const { body } = await call(scoresBatch, { json: { updates }, caller: board.caller })
    const outcomes = body.results.map(
      ({ problem, score }: { problem: { code: string } | null; score: { score: number } }) =>
        problem?.code ?? score.score,
    )
    expect(outcomes).toEqual([2, 'score_submitted', 'play_session_not_found', 4])
  })

  test('is demanded of players by a rule; servers submit without', async () => {
    const { board, userId, caller, send } = await played()
    const condition = { kind: 'play_session_missing' }
    const { body: rule } = await addRule(board, { condition, action: 'reject' })
    expect(rule.condition).toEqual({ kind: 'play_session_missing', secondsMin: 0 })
    const json = { leaderboardId: board.id, score: 3 }
    const without = await call(scoresUpdate, { json, caller })
    expect(without).toMatchObject({ status: 409, body: { code: 'submission_rejected' } })
    expect((await submit(board, { userId, score: 3 })).status).toBe(200)
    expect((await send(3)).body).toMatchObject({ score: 6 })
    const { data } = await reviewsOf(board)
    expect(data).toMatchObject([{ reason: 'Without a play session.', status: 'rejected' }])
  })
})
