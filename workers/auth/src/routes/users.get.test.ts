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
import { usersGet } from './users.get.ts'

const missing = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3'
const get = (userId: string, caller = {}) => call(usersGet, { params: { userId }, caller })

describe('users.get', () => {
  test('200 a user of the project', async () => {
    const { id, email } = await insertUser()
    const { status, body } = await get(id)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, email, displayName: 'Ada', isActive: true, identities: [] })
  })

  test('404 not_found, the same for a user of another project as for one who is not', async () => {
    const { id } = await insertUser(otherProject)
    const [foreign, none] = [await get(id), await get(missing)]
    for (const answer of [foreign, none]) expect(answer).toMatchObject(refused(404, 'not_found'))
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...none.body, requestId: '' })
  })

  test('403 forbidden for a key without the scope, a publishable key and a player', async () => {
    for (const caller of [secretKeyWith('users:write'), publishableKey(), player(missing)]) {
      expect(await get(missing, caller)).toMatchObject(refused(403, 'forbidden'))
    }
  })

  test('401 unauthenticated without a credential', async () => {
    expect(await get(missing, anonymous())).toMatchObject(refused(401, 'unauthenticated'))
  })

  test.each(['ada', 'usr_1', `${missing}0`, "usr_' OR 1=1"])(
    '400 invalid_request for the id %j',
    async (userId) => {
      expect(await get(userId)).toMatchObject(refused(400, 'invalid_request'))
    },
  )
})
