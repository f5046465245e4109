import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { completeAs, goAndAgree, memberInSession, newPerson } from '../testing-discord.ts'
import { testGuards } from '../testing-tenants.ts'
import { memberIdentitiesLinkDiscord } from './member-identities.link-discord.ts'
import { memberIdentitiesList } from './member-identities.list.ts'
import { memberIdentitiesStartDiscord } from './member-identities.start-discord.ts'

const flow = {
  start: memberIdentitiesStartDiscord,
  complete: memberIdentitiesLinkDiscord,
  newCaller: () => memberInSession('owner'),
  redirectUri: 'https://dashboard.example/back',
}

describe('member-identities.list', () => {
  test("200 page by page, oldest first, and nobody else's", async () => {
    const [caller, other] = [await flow.newCaller(), await flow.newCaller()]
    const linked = []
    for (const person of [newPerson(), newPerson()]) {
      const { body } = await completeAs(flow, caller, await goAndAgree(flow, caller, person))
      linked.push(body)
    }
    const { body: first } = await call(memberIdentitiesList, { caller, query: { limit: '1' } })
    const query = { cursor: first.nextCursor as string }
    const { body: second } = await call(memberIdentitiesList, { caller, query })
    expect([...first.data, ...second.data]).toEqual(linked)
    expect(second.nextCursor).toBeNull()
    expect((await call(memberIdentitiesList, { caller: other })).body.data).toEqual([])
    const foreign = await call(memberIdentitiesList, { caller: other, query })
    expect(foreign).toMatchObject(refused(400, 'invalid_request'))
  })

  testGuards(memberIdentitiesList, {}, [])
})
