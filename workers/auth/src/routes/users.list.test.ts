import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused, insertUser } from '../testing.ts'
import { usersList } from './users.list.ts'

const inProject = (letter: string) => ({ projectId: `prj_01k9x6c3v5t8r2m4n7p0q1s2x${letter}` })

describe('users.list', () => {
  test('200 every user once, newest first, over several pages', async () => {
    const caller = inProject('1')
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.push((await insertUser(caller.projectId)).id)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: Record<string, string> = { limit: '2', ...(cursor !== null && { cursor }) }
      const { body } = await call(usersList, { query, caller })
      expect(body.data.length).toBeLessThanOrEqual(2)
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(ids.toSorted().toReversed())
  })

  test('200 an empty page in a project without users, however many another one has', async () => {
    await insertUser(otherProject)
    const { body } = await call(usersList, { caller: inProject('2') })
    expect(body).toEqual({ data: [], nextCursor: null })
  })

  test('400 invalid_request for a cursor of another project, or one that nobody was given', async () => {
    const caller = inProject('3')
    await insertUser(caller.projectId)
    await insertUser(caller.projectId)
    const { body } = await call(usersList, { query: { limit: '1' }, caller })
    for (const cursor of [body.nextCursor, 'eA.00', 'x']) {
      const answer = await call(usersList, { query: { cursor }, caller: inProject('4') })
      expect(answer).toMatchObject(refused(400, 'invalid_request'))
    }
  })

  test.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { offset: '1' }])(
    '400 invalid_request for the query %j',
    async (query) => {
      expect(await call(usersList, { query: { ...query } })).toMatchObject(
        refused(400, 'invalid_request'),
      )
    },
  )

  test('403 forbidden for a key without the scope, a publishable key and a player', async () => {
    for (const caller of [secretKeyWith('users:write'), publishableKey(), player('usr_x')]) {
      expect(await call(usersList, { caller })).toMatchObject(refused(403, 'forbidden'))
    }
  })

  test('401 unauthenticated without a credential', async () => {
    expect(await call(usersList, { caller: anonymous() })).toMatchObject(
      refused(401, 'unauthenticated'),
    )
  })
})
