/** What the tests of signing in with Discord share: a project that does so, somebody at a browser, and moods of Discord. */
import { env } from 'cloudflare:workers'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import type { Role } from '@coinop/shared/roles'
import type { Route } from '@coinop/shared/route'
import { call, member as memberOf, player } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { clientSecretSeal } from './discord-clients.ts'
import worker from './index.ts'
import { userIdOf } from './model.ts'
import { discordApplications, projects } from './schema.ts'
import { openSession } from './sessions.ts'
import { database, insertUser } from './testing.ts'
import { insertMember, insertProject, newTenant } from './testing-tenants.ts'

/** As the fake Discord knows every application's. */
const secretOf = (clientId: string) => `test-only-secret-of-${clientId}`
const digits = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte % 10).join('')
export const newSnowflake = () => `14${digits()}`

export const redirectUri = 'https://game.example/signed-in'

/** A project that Discord may send players back to, with an application whose secret is known. */
export async function newDiscordProject({ clientSecret }: { clientSecret?: string } = {}) {
  const projectId = await insertProject(newId('ten'))
  await database
    .update(projects)
    .set({ redirectUris: [redirectUri] })
    .where(eq(projects.id, projectId))
  const applicationId = newSnowflake()
  const seal = clientSecretSeal(env, applicationId)
  await database.insert(discordApplications).values({
    applicationId,
    projectId,
    publicKey: 'ab'.repeat(32),
    sealedClientSecret: await seal.seal(clientSecret ?? secretOf(applicationId)),
    createdAt: now(),
  })
  return { projectId, applicationId }
}

/** A player of a project with a session of this age, as the gateway names them. */
export async function playerIn(projectId: string, age = 0) {
  const { id } = await insertUser(projectId)
  const { statements } = await openSession(env, { projectId, userId: id }, now() - age)
  await database.batch(statements)
  return { ...player(id), projectId, sessionId: await newestSession(id) }
}

export async function newestSession(userId: string): Promise<string> {
  const { results } = await env.AUTH_DB.prepare(
    'SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC',
  )
    .bind(userId)
    .all<{ id: string }>()
  return results[0]?.id ?? ''
}

export type Person = { id: string; username: string; global_name: string | null; mood?: string }
export const newPerson = (more: Partial<Person> = {}): Person => ({
  id: newSnowflake(),
  username: 'grace',
  global_name: null,
  ...more,
})

/** The person agrees at Discord, whose answer sends their browser back. */
export async function agree(authorizationUrl: string, person: Person) {
  const headers = { 'x-person': JSON.stringify(person) }
  const response = await fetch(authorizationUrl, { redirect: 'manual', headers })
  expect(response.status).toBe(302)
  const back = new URL(response.headers.get('location') ?? '')
  const [code, state] = [back.searchParams.get('code'), back.searchParams.get('state')]
  return { code: code ?? '', state: state ?? '', address: back.origin + back.pathname }
}

/** What the fake Discord remembers. */
export async function remembered<T>(path: string): Promise<T> {
  const response = await fetch(`${new URL(env.DISCORD_AUTHORIZE_URL).origin}/test/${path}`)
  return response.json<T>()
}

export type CallerOf = NonNullable<Parameters<typeof call>[1]>['caller']
export type Flow = {
  start: Route
  complete: Route
  /** Of a place of one's own, and of one like it. */
  newCaller: () => Promise<CallerOf>
  /** Somebody for whom the flow succeeds. */
  newPerson?: () => Promise<Person>
  redirectUri: string
}

export const startAs = async ({ start, redirectUri: uri }: Flow, caller: CallerOf) => {
  const answer = await call(start, { json: { redirectUri: uri }, ...(caller && { caller }) })
  expect(answer.status).toBe(200)
  return answer.body as { authorizationUrl: string; state: string; flowToken: string }
}

/** Goes to Discord and comes back, with what completes the flow. */
export async function goAndAgree(flow: Flow, caller: CallerOf, person = newPerson()) {
  const { authorizationUrl, flowToken } = await startAs(flow, caller)
  const { code, state } = await agree(authorizationUrl, person)
  return { code, state, flowToken }
}

export const completeAs = ({ complete }: Flow, caller: CallerOf, json: object, key?: string) =>
  call(complete, {
    json,
    ...(caller && { caller }),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })

/** A member with a session of this age, as the gateway names them. */
export async function memberInSession(role: Role, age = 0) {
  const { tenantId } = await newTenant()
  const row = await insertMember(tenantId, role)
  const caller: Caller = memberOf(role, {
    actorId: row.id,
    projectId: '',
    member: { tenantId, role },
  })
  return { ...caller, sessionId: await furtherSession(caller, age) }
}

/** Another session of the same member; answers its id. */
export async function furtherSession({ actorId, member }: Caller, age = 0): Promise<string> {
  const userId = userIdOf(actorId)
  const owner = { projectId: member?.tenantId ?? '', userId }
  const { statements } = await openSession(env, owner, now() - age)
  await database.batch(statements)
  return newestSession(userId)
}

/** What the Worker answers where the server's Discord application has this secret, or none. */
export async function unconfigured(path: string, json: object, caller: Caller, secret = '') {
  const request = new Request(`http://auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [callerHeader]: JSON.stringify(caller) },
    body: JSON.stringify(json),
  })
  const bindings = { ...env, MEMBERS_DISCORD_CLIENT_SECRET: secret }
  const context = { props: { caller: 'gateway' }, waitUntil() {}, passThroughOnException() {} }
  const response = await worker.fetch(request, bindings, context)
  return { status: response.status, body: await response.json() }
}
