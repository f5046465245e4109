/** A tenant as its members see it, through the public door: for tests of what members may do. */
import { fetchGateway } from './test-project.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
export type Answer = { status: number; body: any }
type Ask = { token?: string; key?: string; project?: string; json?: object }

export async function ask(method: string, path: string, options: Ask = {}): Promise<Answer> {
  const { token, key, project, json } = options
  const response = await fetchGateway(path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'x-api-key': key }),
      ...(project !== undefined && { 'x-project-id': project }),
      ...(json && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && { 'idempotency-key': crypto.randomUUID() }),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

export const password = 'correct horse battery staple'
export const newEmail = () => `${crypto.randomUUID()}@example.com`

/** A tenant with a project, through the public door. */
export async function signUp() {
  const json = { name: 'Ada Games', email: newEmail(), password }
  const { body } = await ask('POST', '/v1/tenants', { json })
  const token = body.accessToken as string
  const project = { name: 'Space Miner', environment: 'test' }
  const made = await ask('POST', '/v1/projects', { token, json: project })
  return { token, email: json.email, body, project: made.body.id as string }
}

export type Tenant = Awaited<ReturnType<typeof signUp>>

/** Somebody else in the tenant of `owner`. */
export async function joined(owner: Tenant, role: string) {
  const { token } = owner
  const json = { email: newEmail(), role }
  const invited = await ask('POST', '/v1/members/invite', { token, json })
  const accepted = { token: invited.body.token as string, password }
  const { body } = await ask('POST', '/v1/members/accept', { json: accepted })
  return { id: body.member.id as string, token: body.accessToken as string, body }
}

/** A player of a project, logged in. */
export async function newPlayer(key: string) {
  const { body } = await ask('POST', '/v1/signup', { key, json: { email: newEmail(), password } })
  return { id: body.user.id as string, token: body.accessToken as string }
}
