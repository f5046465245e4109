import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { discordApplications } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { discordApplicationsList } from './discord-applications.list.ts'

describe('discord-applications.list', () => {
  test('200 those of the project, without a bot token', async () => {
    const { projectId, as } = await newTenant()
    const row = { projectId, publicKey: 'ab'.repeat(32), createdAt: 1, sealedBotToken: 'sealed' }
    await database
      .insert(discordApplications)
      .values({ ...row, applicationId: '140000000000000001' })
    const input = { params: { projectId }, caller: as('viewer') }
    const { body } = await call(discordApplicationsList, input)
    expect(body).toEqual({
      data: [
        {
          applicationId: '140000000000000001',
          publicKey: 'ab'.repeat(32),
          hasBotToken: true,
          hasClientSecret: false,
          createdAt: '1970-01-01T00:00:00.001Z',
        },
      ],
      nextCursor: null,
    })
  })

  test("404 not_found for another tenant's project", async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const input = { params: { projectId }, caller: owner }
    expect(await call(discordApplicationsList, input)).toMatchObject(refused(404, 'not_found'))
  })

  testGuards(discordApplicationsList, { params: { projectId: newId('prj') } }, [])
})
