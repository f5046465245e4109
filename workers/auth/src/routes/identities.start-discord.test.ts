import { anonymous, call, publishableKey } from '@coinop/shared/testing'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test } from 'vitest'
import { freshMilliseconds } from '../own-sessions.ts'
import { refused } from '../testing.ts'
import { newDiscordProject, newSnowflake, playerIn, redirectUri } from '../testing-discord.ts'
import { insertProject } from '../testing-tenants.ts'
import { identitiesStartDiscord } from './identities.start-discord.ts'

type As = Awaited<ReturnType<typeof playerIn>>
const start = (caller: As, json: object = { redirectUri }) =>
  call(identitiesStartDiscord, { json, caller })

describe('identities.start-discord', () => {
  test("200 an address at Discord for the project's application", async () => {
    const { projectId, applicationId } = await newDiscordProject()
    const { status, body } = await start(await playerIn(projectId))
    expect(status).toBe(200)
    const { searchParams } = new URL(body.authorizationUrl)
    expect(searchParams.get('client_id')).toBe(applicationId)
    expect(searchParams.get('state')).toBe(body.state)
  })

  test('403 session_not_fresh in a session of more than five minutes', async () => {
    const { projectId } = await newDiscordProject()
    const caller = await playerIn(projectId, freshMilliseconds + 1_000)
    expect(await start(caller)).toMatchObject(refused(403, 'session_not_fresh'))
  })

  test('400 redirect_uri_not_listed, 409 discord_not_configured', async () => {
    const { projectId } = await newDiscordProject()
    const caller = await playerIn(projectId)
    const elsewhere = await start(caller, { redirectUri: 'https://evil.example/' })
    expect(elsewhere).toMatchObject(refused(400, 'redirect_uri_not_listed'))
    const unknown = await start(caller, { redirectUri, applicationId: newSnowflake() })
    expect(unknown).toMatchObject(refused(409, 'discord_not_configured'))
    const nowhere = await playerIn(await insertProject(newId('ten')))
    expect(await start(nowhere)).toMatchObject(refused(400, 'redirect_uri_not_listed'))
  })

  test('401 unauthenticated without a token, 403 forbidden for a key', async () => {
    const json = { redirectUri }
    const none = await call(identitiesStartDiscord, { json, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
    const asKey = await call(identitiesStartDiscord, { json, caller: publishableKey() })
    expect(asKey).toMatchObject(refused(403, 'forbidden'))
  })
})
