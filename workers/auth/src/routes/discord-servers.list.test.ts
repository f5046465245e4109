import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newApplicationOf, newServerOf, newTenantWithApplication } from '../test-discord-servers.ts'
import { refused } from '../testing.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { discordServersList } from './discord-servers.list.ts'

describe('discord-servers.list', () => {
  test('200 those of the project, all of them, page by page', async () => {
    const { projectId, applicationId, as } = await newTenantWithApplication()
    const second = await newApplicationOf(projectId)
    const expected = []
    for (const application of [applicationId, applicationId, second]) {
      const serverId = await newServerOf(projectId, application)
      const createdAt = '1970-01-01T00:00:00.001Z'
      expected.push({ applicationId: application, serverId, createdAt })
    }
    const found = []
    let cursor: string | undefined
    do {
      const query = { limit: '2', ...(cursor && { cursor }) }
      const input = { params: { projectId }, query, caller: as('viewer') }
      const { status, body } = await call(discordServersList, input)
      expect(status).toBe(200)
      found.push(...body.data)
      cursor = body.nextCursor
    } while (cursor)
    expect(found).toEqual(expected)
  })

  test("404 not_found for another tenant's project", async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const input = { params: { projectId }, caller: owner }
    expect(await call(discordServersList, input)).toMatchObject(refused(404, 'not_found'))
  })

  testGuards(discordServersList, { params: { projectId: newId('prj') } }, [])
})
