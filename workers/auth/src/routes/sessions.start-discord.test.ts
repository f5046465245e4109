import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { newDiscordProject, newSnowflake, redirectUri } from '../testing-discord.ts'
import { insertProject } from '../testing-tenants.ts'
import { newId } from '@coinop/shared/ids'
import { sessionsStartDiscord } from './sessions.start-discord.ts'

const start = (projectId: string, json: object = { redirectUri }) =>
  call(sessionsStartDiscord, { json, caller: { ...publishableKey(), projectId } })

describe('sessions.start-discord', () => {
  test('200 an address with PKCE, one scope and a state; each start has its own', async () => {
    const { projectId, applicationId } = await newDiscordProject()
    const [first, second] = [await start(projectId), await start(projectId)]
    expect(first.status).toBe(200)
    const url = new URL(first.body.authorizationUrl)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: applicationId,
      scope: 'identify',
      redirect_uri: redirectUri,
      state: first.body.state,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(first.body.state).toMatch(/^[\w-]{43}$/)
    expect(second.body.state).not.toBe(first.body.state)
    const challenge = (body: { authorizationUrl: string }) =>
      new URL(body.authorizationUrl).searchParams.get('code_challenge')
    expect(challenge(second.body)).not.toBe(challenge(first.body))
  })

  test('200 tells neither the state nor the verifier by the flow token', async () => {
    const { projectId } = await newDiscordProject()
    const { body } = await start(projectId)
    const bytes = Buffer.from(body.flowToken, 'base64url').toString('latin1')
    for (const secret of [body.state, redirectUri, projectId]) expect(bytes).not.toContain(secret)
    const url = new URL(body.authorizationUrl)
    expect(createHash('sha256').update(body.flowToken).digest('base64url')).not.toBe(
      url.searchParams.get('code_challenge'),
    )
  })

  test.each([
    'https://game.example/signed-in/',
    'https://game.example/signed-in?next=1',
    'https://game.example/Signed-in',
    'https://game.example.evil.example/signed-in',
    'http://localhost/signed-in',
  ])('400 redirect_uri_not_listed for %s, which is not exactly the one', async (uri) => {
    const { projectId } = await newDiscordProject()
    const answer = await start(projectId, { redirectUri: uri })
    expect(answer).toMatchObject(refused(400, 'redirect_uri_not_listed'))
  })

  test('400 redirect_uri_not_listed for the address of another project', async () => {
    await newDiscordProject()
    const projectId = await insertProject(newId('ten'))
    expect(await start(projectId)).toMatchObject(refused(400, 'redirect_uri_not_listed'))
  })

  test('409 discord_not_configured for an application of another project', async () => {
    const { projectId } = await newDiscordProject()
    const { applicationId } = await newDiscordProject()
    for (const other of [applicationId, newSnowflake()]) {
      const answer = await start(projectId, { redirectUri, applicationId: other })
      expect(answer).toMatchObject(refused(409, 'discord_not_configured'))
    }
  })

  test('400 invalid_request for an address that may not be listed, 401 unauthenticated, 403 forbidden for a player', async () => {
    const { projectId } = await newDiscordProject()
    const wrong = await start(projectId, { redirectUri: 'javascript:alert(1)' })
    expect(wrong).toMatchObject(refused(400, 'invalid_request'))
    const json = { redirectUri }
    const none = await call(sessionsStartDiscord, { json, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
    const asPlayer = await call(sessionsStartDiscord, { json, caller: player('usr_x') })
    expect(asPlayer).toMatchObject(refused(403, 'forbidden'))
  })
})
