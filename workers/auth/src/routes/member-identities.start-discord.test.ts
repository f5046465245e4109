import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { freshMilliseconds } from '../own-sessions.ts'
import { refused } from '../testing.ts'
import { memberInSession, unconfigured } from '../testing-discord.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { memberIdentitiesStartDiscord } from './member-identities.start-discord.ts'

const redirectUri = 'https://dashboard.example/back'
const path = '/v1/members/me/identities/discord/start'

describe('member-identities.start-discord', () => {
  test('200 an address at Discord, for every role', async () => {
    for (const role of ['owner', 'viewer'] as const) {
      const caller = await memberInSession(role)
      const input = { json: { redirectUri }, caller }
      const { status, body } = await call(memberIdentitiesStartDiscord, input)
      expect(status).toBe(200)
      expect(new URL(body.authorizationUrl).searchParams.get('state')).toBe(body.state)
    }
  })

  test('403 session_not_fresh in a session of more than five minutes, and in none', async () => {
    const stale = await memberInSession('owner', freshMilliseconds + 1_000)
    const { owner } = await newTenant()
    for (const caller of [stale, owner]) {
      const answer = await call(memberIdentitiesStartDiscord, { json: { redirectUri }, caller })
      expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
    }
  })

  test('400 redirect_uri_not_listed, 409 discord_not_configured', async () => {
    const caller = await memberInSession('owner')
    const json = { redirectUri: 'https://evil.example/back' }
    const elsewhere = await call(memberIdentitiesStartDiscord, { json, caller })
    expect(elsewhere).toMatchObject(refused(400, 'redirect_uri_not_listed'))
    const answer = await unconfigured(path, { redirectUri }, caller)
    expect(answer).toMatchObject(refused(409, 'discord_not_configured'))
  })

  testGuards(memberIdentitiesStartDiscord, { json: { redirectUri } }, [])
})
