import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard, newProject } from '../test-leaderboards.ts'
import { leaderboardsDelete } from './leaderboards.delete.ts'
import { leaderboardsList } from './leaderboards.list.ts'

describe('leaderboards.list', () => {
  test('200 all of the project, oldest first, in pages, and no deleted one', async () => {
    const caller = await newProject()
    const made = []
    for (let count = 0; count < 4; count++) made.push(await makeBoard({}, caller))
    await makeBoard({ public: true })
    const [gone, ...kept] = made
    const params = { leaderboardId: gone!.id }
    await call(leaderboardsDelete, { params, query: { confirm: gone!.slug }, caller })
    const first = await call(leaderboardsList, { query: { limit: '2' }, caller })
    const query = { limit: '2', cursor: first.body.nextCursor as string }
    const second = await call(leaderboardsList, { query, caller })
    const ids = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)
    expect(ids).toEqual(kept.map(({ id }) => id))
    expect(second.body.nextCursor).toBeNull()
  })

  test('400 invalid_request for a cursor of another project', async () => {
    const [mine, theirs] = [await newProject(), await newProject()]
    await makeBoard({}, mine)
    await makeBoard({}, mine)
    const { body } = await call(leaderboardsList, { query: { limit: '1' }, caller: mine })
    const query = { cursor: body.nextCursor as string }
    const answer = await call(leaderboardsList, { query, caller: theirs })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('401 without a credential', async () => {
    expect((await call(leaderboardsList, { caller: anonymous() })).status).toBe(401)
  })
})
