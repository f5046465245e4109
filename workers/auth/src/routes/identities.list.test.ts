import { call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { inSession, insertSession, insertUser, refused } from '../testing.ts'
import { identitiesLinkDevice } from './identities.link-device.ts'
import { identitiesLinkPassword } from './identities.link-password.ts'
import { identitiesList } from './identities.list.ts'
import { usersMe } from './users.me.ts'

const deviceSecret = () => crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x')

describe('identities.list', () => {
  test('200 page by page, oldest first, and GET /v1/me names the same', async () => {
    const { userId } = await insertSession()
    const caller = await inSession(userId)
    const json = { email: 'list@example.com', password: 'correct horse battery staple' }
    await call(identitiesLinkPassword, { json, caller })
    for (let count = 0; count < 2; count++) {
      await call(identitiesLinkDevice, { json: { deviceSecret: deviceSecret() }, caller })
    }
    const { body: all } = await call(identitiesList, { caller })
    expect(all.data).toHaveLength(3)
    expect(all.nextCursor).toBeNull()
    const providers = all.data.map(({ provider }: { provider: string }) => provider)
    expect(providers.toSorted()).toEqual(['device', 'device', 'password'])
    const { body: me } = await call(usersMe, { caller })
    const ofMe = me.identities.map(({ provider }: { provider: string }) => provider)
    expect(ofMe.toSorted()).toEqual(providers.toSorted())
    const seen = []
    let cursor: string | null = null
    do {
      const query: Record<string, string> = { limit: '1', ...(cursor !== null && { cursor }) }
      const { body } = await call(identitiesList, { caller, query })
      seen.push(...body.data)
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(all.data)
  })

  test('400 invalid_request for the cursor of another player', async () => {
    const [ada, grace] = [await insertSession(), await insertSession()]
    const caller = await inSession(ada.userId)
    for (let count = 0; count < 2; count++) {
      await call(identitiesLinkDevice, { json: { deviceSecret: deviceSecret() }, caller })
    }
    const { body } = await call(identitiesList, { caller, query: { limit: '1' } })
    const query = { cursor: body.nextCursor as string }
    const foreign = await call(identitiesList, { caller: player(grace.userId), query })
    expect(foreign).toMatchObject(refused(400, 'invalid_request'))
  })

  test('404 not_found for a player of another project, 403 forbidden for a key', async () => {
    const { id } = await insertUser(otherProject)
    const foreign = await call(identitiesList, { caller: player(id) })
    expect(foreign).toMatchObject(refused(404, 'not_found'))
    const asKey = await call(identitiesList, { caller: publishableKey() })
    expect(asKey).toMatchObject(refused(403, 'forbidden'))
  })
})
