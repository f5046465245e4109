import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule } from '../test-fraud.ts'
import { makeBoard } from '../test-leaderboards.ts'
import { fraudRulesList } from './fraud-rules.list.ts'

describe('fraud-rules.list', () => {
  test('200 oldest first, page by page', async () => {
    const board = await makeBoard()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) ids.push((await addRule(board, { name })).body.id)
    const params = { leaderboardId: board.slug }
    const list = (query: Record<string, string>) =>
      call(fraudRulesList, { params, query, caller: board.caller })
    const first = (await list({ limit: '2' })).body
    const second = (await list({ limit: '2', cursor: first.nextCursor })).body
    const listed = [...first.data, ...second.data].map(({ id }: { id: string }) => id)
    expect(listed).toEqual(ids.toSorted())
    expect(second.nextCursor).toBeNull()
    const wrong = await list({ cursor: 'x.y' })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('404 leaderboard_not_found for another project’s, 403 for a player', async () => {
    const board = await makeBoard({ public: true })
    const params = { leaderboardId: board.id }
    const { caller } = await makeBoard()
    const foreign = await call(fraudRulesList, { params, caller })
    expect(foreign.body.code).toBe('leaderboard_not_found')
    const { projectId } = board.caller
    const asPlayer = { ...player('usr_1'), projectId }
    expect((await call(fraudRulesList, { params, caller: asPlayer })).status).toBe(403)
  })
})
