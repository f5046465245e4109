import { beforeAll, expect, test } from 'vitest'
import { fetchGateway } from './test-project.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
type Answer = { status: number; body: any }
type Ask = { token?: string; key?: string; project?: string; json: object; method?: string }

async function post(path: string, ask: Ask): Promise<Answer> {
  const { token, key, project, json, method = 'POST' } = ask
  const response = await fetchGateway(path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'x-api-key': key }),
      ...(project !== undefined && { 'x-project-id': project }),
    },
    body: JSON.stringify(json),
  })
  return { status: response.status, body: await response.json() }
}

const snowflake = () => String(1_500_000_000_000_000_000n + BigInt(++count))
let count = 0

/** Somebody agrees at the fake Discord, and their browser brings code and state back. */
async function agree(authorizationUrl: string, id: string) {
  const headers = { 'x-person': JSON.stringify({ id, username: 'grace', global_name: null }) }
  const response = await fetch(authorizationUrl, { redirect: 'manual', headers })
  const back = new URL(response.headers.get('location') ?? '')
  return { code: back.searchParams.get('code'), state: back.searchParams.get('state') }
}

/** A whole flow, and what its completion was answered. */
async function flow(path: string, id: string, { json, ...as }: Ask): Promise<Answer> {
  const started = await post(`${path}/start`, { ...as, json })
  expect(started.status).toBe(200)
  const { authorizationUrl, flowToken } = started.body
  return post(path, { ...as, json: { ...(await agree(authorizationUrl, id)), flowToken } })
}

const redirectUri = 'https://game.example/signed-in'
const dashboardUri = 'https://dashboard.example/back'
let owner = { token: '', project: '', memberId: '' }
let key = ''
beforeAll(async () => {
  const email = `${crypto.randomUUID()}@example.com`
  const json = { name: 'Ada Games', email, password: 'correct horse battery staple' }
  const { body } = await post('/v1/tenants', { json })
  const token = body.accessToken as string
  const made = await post('/v1/projects', { token, json: { name: 'Miner', environment: 'test' } })
  const project = made.body.id as string
  owner = { token, project, memberId: body.member.id as string }
  const named = { kind: 'publishable', name: 'game' }
  key = (await post('/v1/keys', { token, project, json: named })).body.secret as string
  const path = `/v1/projects/${project}`
  await post(path, { method: 'PATCH', token, json: { redirectUris: [redirectUri] } })
  const applicationId = snowflake()
  const application = {
    applicationId,
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    clientSecret: `test-only-secret-of-${applicationId}`,
  }
  await post(`${path}/discord-applications`, { token, json: application })
})

test('a player signs in with Discord through the public door, and links a second account', async () => {
  const [first, second] = [snowflake(), snowflake()]
  const signedIn = await flow('/v1/login/discord', first, { key, json: { redirectUri } })
  expect(signedIn).toMatchObject({ status: 200, body: { user: { displayName: 'grace' } } })
  const token = signedIn.body.accessToken as string
  const as = { token, json: { redirectUri } }
  const linked = await flow('/v1/me/identities/discord', second, as)
  expect(linked).toMatchObject({ status: 200, body: { providerUserId: second } })
  const again = await flow('/v1/login/discord', second, { key, json: { redirectUri } })
  expect(again.body.user.id).toBe(signedIn.body.user.id)
})

test('a member links Discord in a fresh session, and logs in with it', async () => {
  const id = snowflake()
  const json = { redirectUri: dashboardUri }
  const linked = await flow('/v1/members/me/identities/discord', id, { token: owner.token, json })
  expect(linked).toMatchObject({ status: 200, body: { providerUserId: id } })
  const signedIn = await flow('/v1/members/login/discord', id, { json })
  expect(signedIn).toMatchObject({ status: 200, body: { member: { id: owner.memberId } } })
})
