import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { unconfigured } from '../testing-discord.ts'
import { membersStartDiscord } from './members.start-discord.ts'

const redirectUri = 'https://dashboard.example/back'
const start = (uri: string) =>
  call(membersStartDiscord, { json: { redirectUri: uri }, caller: anonymous() })

describe('members.start-discord', () => {
  test("200 an address at Discord for the server's application, without a credential", async () => {
    for (const uri of [redirectUri, 'http://localhost:8787/back']) {
      const { status, body } = await start(uri)
      expect(status).toBe(200)
      const { searchParams } = new URL(body.authorizationUrl)
      expect(searchParams.get('client_id')).toMatch(/^14\d{17}$/)
      expect(searchParams.get('redirect_uri')).toBe(uri)
      expect(searchParams.get('code_challenge_method')).toBe('S256')
    }
  })

  test('400 redirect_uri_not_listed for any other, 400 invalid_request for none', async () => {
    for (const uri of [`${redirectUri}/`, `${redirectUri} http://localhost:8787/back`]) {
      expect((await start(uri)).status).toBe(400)
    }
    expect(await start(`${redirectUri}/`)).toMatchObject(refused(400, 'redirect_uri_not_listed'))
    expect(await start('')).toMatchObject(refused(400, 'invalid_request'))
  })

  test('409 discord_not_configured where nobody has set Discord up for members', async () => {
    const path = '/v1/members/login/discord/start'
    const answer = await unconfigured(path, { redirectUri }, anonymous())
    expect(answer).toMatchObject(refused(409, 'discord_not_configured'))
  })
})
