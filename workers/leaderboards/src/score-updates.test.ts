import { requestHash } from '@coinop/shared/hash'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { forget, locate } from './board-cache.ts'
import { scoresBatch } from './routes/scores.batch.ts'
import { boardObject, referenceOf } from './seasons.ts'
import {
  bindings,
  type Board,
  makeBoard,
  newUsers,
  standingOf,
  submit,
  uniqueKey,
} from './test-leaderboards.ts'

/** Scores as versions before sent them to the object, the digest of each with it. */
async function sentBefore(board: Board, updates: { userId: string; score: number }[], key: string) {
  const { projectId } = board.caller
  const located = (await locate(bindings, projectId, board.id))!
  forget(located.board)
  const writes = updates.map(({ userId, score }, index) => ({
    userId,
    keys: [score],
    idempotencyKey: `secret:${userId}:${index}:${key}`,
    requestHash: requestHash('scores.update', { leaderboardId: board.id, userId, score, keys: {} }),
  }))
  const part = { key: `secret:${key}`, indexes: [...updates.keys()] }
  const reference = referenceOf(located.board, located.season)
  return boardObject(bindings, located.season).submit(reference, writes, part)
}

describe('a score that came when digests were kept', () => {
  test('counts once, alone and with others, and another with its key is a conflict', async () => {
    const board = await makeBoard({ operator: 'increment' })
    const [ada, grace] = await newUsers(2, board.caller.projectId)
    await submit(board, { userId: ada!, score: 1 })
    const [alone, many] = [uniqueKey(), uniqueKey()]
    const updates = [ada!, grace!].map((userId) => ({ userId, score: 7 }))
    const before = await sentBefore(board, updates.slice(0, 1), alone['idempotency-key'])
    const others = await sentBefore(board, updates, many['idempotency-key'])
    expect([...before, ...others].every(({ ok }) => ok)).toBe(true)

    const again = await submit(board, updates[0]!, alone)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toMatchObject({ score: 8, previousScore: 1 })
    const other = await submit(board, { ...updates[0]!, score: 8 }, alone)
    expect(other.body.code).toBe('idempotency_conflict')

    const batch = (scores: number[]) =>
      call(scoresBatch, {
        json: {
          updates: updates.map((each, index) => ({
            ...each,
            leaderboardId: board.slug,
            score: scores[index],
          })),
        },
        headers: many,
        caller: board.caller,
      })
    const results = (await batch([7, 7])).body.results as { replayed: boolean }[]
    expect(results.map(({ replayed }) => replayed)).toEqual([true, true])
    expect((await batch([7, 9])).body.results).toMatchObject([
      { replayed: true, score: { score: 15 } },
      { problem: { code: 'idempotency_conflict' } },
    ])
    expect(await standingOf(board)).toEqual([
      [ada, 15],
      [grace, 7],
    ])
  })
})
