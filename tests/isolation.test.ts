import { beforeAll, describe, expect, test } from 'vitest'
import { mayDo, roles } from '../packages/shared/src/roles.ts'
import { endAtDiscord, loggedIn, properRequest } from './controls.ts'
import { digestOwned, quiet } from './databases.ts'
import { ask, type Ask, must, stateFolder } from './door.ts'
import { build, type Fill, type Operation, operations, type Reference } from './operations.ts'
import { audited, fillFrom, type Ids, newTenant, newWorld, type World } from './worlds.ts'
import { type Answer } from './requests.ts'

type Kind = Operation['access']['kinds'][number]
type Credential = Pick<Ask, 'key' | 'token' | 'headers'>
type Refusal = { who: string; credential: Credential; status: number; code: string }

/** Whose everything must stay theirs. */
let victim: World
/** Another project of the same tenant; a project of another tenant. */
let sibling: World
let stranger: World
beforeAll(async () => {
  const tenant = await newTenant('canary-tenant')
  victim = await newWorld(tenant, 'canary-project')
  sibling = await newWorld(tenant, 'sibling')
  stranger = await newWorld(await newTenant('stranger'), 'stranger')
  await audited([victim, sibling, stranger])
}, 300_000)

const inProject = (token: string, project: string): Credential => ({
  token,
  headers: { 'x-project-id': project },
})
/** The best that a world has of this kind. */
const credentialOf = (kind: Kind, { keys, player, tenant, projectId }: World): Credential =>
  ({
    anonymous: {},
    player: { token: player.token },
    secret: { key: keys.full },
    publishable: { key: keys.publishable },
    member: inProject(tenant.members.owner.token, projectId),
    system: {},
  })[kind]

const unauthenticated = { status: 401, code: 'unauthenticated' }
const forbidden = { status: 403, code: 'forbidden' }

/** Who is refused by an operation, whatever they ask of it; follows from its declaration alone. */
function refusalsOf({ access, isOpen, takesCredentials }: Operation): Refusal[] {
  if (!takesCredentials) return []
  const { keys, tenant, projectId, ended } = victim
  const { kinds, scope, permission } = access
  const mistyped = keys.full.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
  const foreignMember = stranger.tenant.members.owner.token
  const always: Refusal[] = [
    { who: 'a revoked key', credential: { key: keys.revoked }, ...unauthenticated },
    { who: 'a mistyped key', credential: { key: mistyped }, ...unauthenticated },
    { who: 'an ended session', credential: { token: ended }, ...unauthenticated },
    {
      who: 'a member who left',
      credential: inProject(tenant.ended, projectId),
      ...unauthenticated,
    },
    {
      who: "another tenant's member in this project",
      credential: inProject(foreignMember, projectId),
      status: 404,
      code: 'not_found',
    },
    {
      who: "this project's key with another's player",
      credential: { key: keys.full, token: stranger.player.token },
      ...unauthenticated,
    },
  ]
  if (isOpen) return always
  const others = (['player', 'secret', 'publishable', 'member'] as const)
    .filter((kind) => !kinds.includes(kind))
    .map((kind) => ({ who: `a ${kind}`, credential: credentialOf(kind, victim), ...forbidden }))
  const scopeless = keys.halves
    .filter((half) => kinds.includes('secret') && scope && !half.scopes.includes(scope))
    .map(({ secret }) => ({ who: 'a wrong scope', credential: { key: secret }, ...forbidden }))
  const lower = roles
    .filter((role) => kinds.includes('member') && permission && !mayDo(role, permission))
    .map((role) => ({
      who: `a ${role}`,
      credential: inProject(tenant.members[role].token, projectId),
      ...forbidden,
    }))
  return [
    { who: 'nobody', credential: {}, ...unauthenticated },
    ...always,
    ...others,
    ...scopeless,
    ...lower,
  ]
}

/** An id that looks right and belongs to nothing. */
const nothing = ({ kind, name }: Reference): string =>
  nothings[name] ?? nothings[kind] ?? `${kind}_00000000000000000000000000`
const nothings: Record<string, string> = {
  applicationId: '99999999999999999',
  code: 'NOTHING',
  leaderboardId: 'brd_00000000000000000000000000',
  // Two players who are not there are two all the same.
  partnerId: 'usr_00000000000000000000000001',
}

type Foreigner = { who: string; kind: Kind; credential: Credential; own: Ids }

/** Callers whom an operation is for, each in a place of their own. */
function foreignersOf({ access, isOpen }: Operation): Foreigner[] {
  if (isOpen) return []
  const of = (world: World, who: string): Foreigner[] =>
    access.kinds
      .filter((kind) => kind !== 'system')
      .map((kind) => ({
        who: `${who}'s ${kind}`,
        kind,
        credential: credentialOf(kind, world),
        own: world.ids,
      }))
  const neighbour: Foreigner = {
    who: 'another player',
    kind: 'player',
    credential: { token: victim.other.token },
    own: victim.other.ids,
  }
  // A member of the tenant may see the tenant as a whole.
  const siblings = of(sibling, 'another project').filter(
    ({ kind }) => kind !== 'member' || !access.wholeTenant,
  )
  const players = access.kinds.includes('player') ? [neighbour] : []
  return [...of(stranger, 'another tenant'), ...siblings, ...players]
}

/** Any player of the project may name any other here. */
const addressed = new Set(['to', 'partnerId'])

/** The references that lead a foreigner out of their own place, one at a time, then all at once. */
function trespassesOf({ references }: Operation, { who, own }: Foreigner): Reference[][] {
  const foreign = references.filter(
    ({ kind, name }) =>
      own[kind] !== victim.ids[kind] && !(who === 'another player' && addressed.has(name)),
  )
  const single = foreign.map((each) => [each])
  return foreign.length > 1 ? [...single, foreign] : single
}

const same = (a: Reference, b: Reference) => a.place === b.place && a.name === b.name

async function send(
  operation: Operation,
  fill: Fill,
  credential: Credential,
  query: Record<string, string> = {},
): Promise<Answer & { sent: string }> {
  const { method, path, json } = build(operation, fill, { mark: 'asking', values: query })
  const answer = await ask(method, path, { ...credential, ...(json && { json }) })
  return { ...answer, sent: path + JSON.stringify(json) }
}

/** A player says nobody's name but their own, which needs no saying. */
const fillFor =
  (kind: Kind, ids: Ids): Fill =>
  (reference) =>
    kind === 'player' && reference.place === 'query' && reference.kind === 'usr'
      ? undefined
      : fillFrom(ids)(reference)

/** A key or a player who says that they mean the victim's project: that is for members to say. */
const elsewhere = ({ kind, credential }: Foreigner): Credential =>
  kind === 'member' ? credential : { ...credential, headers: { 'x-project-id': victim.projectId } }

/** An answer without what names the request. */
function plain({ status, body, headers }: Answer, ids: string[]): string {
  const kept = [...headers].filter(
    ([name]) => !/^(x-request-id|traceparent|date|ratelimit|content-length|retry-after)/.test(name),
  )
  const request = headers.get('x-request-id') ?? ''
  let text = JSON.stringify(body).replaceAll(request, 'REQUEST')
  for (const id of ids) text = text.replaceAll(id, 'ID')
  return JSON.stringify({ status, text, headers: kept })
}

/** What of the victim's an answer tells, apart from what was asked. */
function leaks(text: string, sent: string, secrets: string[]): string[] {
  return secrets.filter((secret) => text.includes(secret) && !sent.includes(secret))
}

const allOf = ({ mark, tenant, projectId, ids, player, other }: World): string[] => [
  mark,
  tenant.mark,
  projectId,
  player.id,
  other.id,
  ...Object.values(ids),
  ...Object.values(other.ids),
]

/** What this foreigner must not be told. */
function secretsFor({ who, kind }: Foreigner): string[] {
  if (who === 'another player') return [victim.personalMark]
  return kind === 'member' && who.startsWith('another project') ? [victim.mark] : allOf(victim)
}

/** What is wrong with the answer to a foreigner who asks for what is the victim's: it must be as if it were nobody's. */
async function trespassWrongs(
  operation: Operation,
  foreigner: Foreigner,
  trespass: Reference[],
): Promise<object[]> {
  const { who, credential, own } = foreigner
  const fillWith =
    (id: Fill): Fill =>
    (reference) =>
      (trespass.some((each) => same(each, reference)) ? id : fillFrom(own))(reference)
  const id = fillFrom(victim.ids)
  const foreign = await send(operation, fillWith(id), credential)
  const missing = await send(operation, fillWith(nothing), credential)
  const told = leaks(JSON.stringify(foreign.body), foreign.sent, secretsFor(foreigner))
  const ids = trespass.flatMap((each) => [id(each) ?? '', nothing(each)])
  const [is, like] = [plain(foreign, ids), plain(missing, ids)]
  if (is === like && told.length === 0) return []
  const what = trespass.map(({ name }) => name)
  return [{ operationId: operation.operationId, who, what, is, like, told }]
}

/** What the victim has in the databases: rows of its project, and the objects of its players. */
const owned = () => {
  const { projectId, mark, player } = victim
  return digestOwned(stateFolder, { inRows: [projectId, mark], inObjects: [player.id] })
}

/** What this caller of the victim's may do, done. */
async function succeed(operation: Operation, kind: Kind): Promise<Answer> {
  const attempt = async (): Promise<Answer> => {
    const credential = credentialOf(kind, victim)
    const { method, path, ...request } = await properRequest(operation, victim, kind)
    const headers = { ...credential.headers, ...request.headers }
    return ask(method, path, { ...credential, ...request, headers })
  }
  const answer = await attempt()
  if (![401, 403].includes(answer.status) || kind !== 'player') return answer
  // What was done before may have ended the session.
  victim.player.token = (await loggedIn(victim)).accessToken
  return attempt()
}

/** That a member was refused may be noted in the audit log of their own tenant: it is no effect of the request. */
const unnoted = (digests: Record<string, string>) =>
  Object.entries(digests).filter(([table]) => !table.endsWith(' audit_entries'))

const depthOf = ({ path }: Operation) => path.split('/').length
/** Reads first: what a foreigner writes at home is theirs to see. What is in a thing is deleted before the thing. */
const byMethod = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE']
const inOrder = operations.toSorted(
  (a, b) =>
    byMethod.indexOf(a.method) - byMethod.indexOf(b.method) ||
    (a.method === 'DELETE' ? depthOf(b) - depthOf(a) : 0) ||
    a.operationId.localeCompare(b.operationId),
)

describe('tenants and projects', () => {
  const requests = new Map(operations.map(({ operationId }) => [operationId, 0]))
  const count = ({ operationId }: Operation, more = 1) =>
    requests.set(operationId, requests.get(operationId)! + more)

  test('every operation refuses everybody whom its contract does not name: nothing told, nothing written', async () => {
    const wrong: object[] = []
    const before = await quiet(stateFolder)
    for (const operation of inOrder) {
      for (const { who, credential, status, code } of refusalsOf(operation)) {
        const answer = await send(operation, fillFrom(victim.ids), credential)
        count(operation)
        const told = leaks(JSON.stringify(answer.body), answer.sent, allOf(victim))
        if (answer.status === status && answer.body.code === code && told.length === 0) continue
        const { operationId } = operation
        wrong.push({ operationId, who, status: answer.status, code: answer.body.code, told })
      }
    }
    expect(wrong).toEqual([])
    expect(unnoted(await quiet(stateFolder))).toEqual(unnoted(before))
  }, 120_000)

  test("a foreign id answers byte for byte like a missing one; lists show nobody else's; nothing of the victim's is written", async () => {
    const wrong: object[] = []
    await quiet(stateFolder)
    const before = owned()
    for (const operation of inOrder) {
      for (const foreigner of foreignersOf(operation)) {
        for (const trespass of trespassesOf(operation, foreigner)) {
          wrong.push(...(await trespassWrongs(operation, foreigner, trespass)))
          count(operation, 2)
        }
        // At home they may do as they please; what they read there must not be the victim's.
        if (operation.method !== 'GET') continue
        const { body, sent } = await send(operation, fillFrom(foreigner.own), elsewhere(foreigner))
        count(operation)
        const told = leaks(JSON.stringify(body), sent, secretsFor(foreigner))
        const { operationId } = operation
        if (told.length > 0) wrong.push({ operationId, who: foreigner.who, told })
      }
    }
    expect(wrong).toEqual([])
    await quiet(stateFolder)
    const after = owned()
    for (const [table, digest] of Object.entries(before)) expect(after[table], table).toBe(digest)
  }, 120_000)

  test('what is open to anybody tells nobody about the victim', async () => {
    const wrong: object[] = []
    for (const operation of inOrder.filter(({ isOpen }) => isOpen)) {
      for (const kind of operation.access.kinds) {
        const { body, sent } = await send(
          operation,
          fillFrom(victim.ids),
          credentialOf(kind, stranger),
        )
        count(operation)
        const told = leaks(JSON.stringify(body), sent, allOf(victim))
        if (told.length > 0) wrong.push({ operation: operation.operationId, kind, told })
      }
    }
    expect(wrong).toEqual([])
  }, 60_000)

  test('a cursor of the victim is refused everywhere else', async () => {
    const wrong: object[] = []
    let cursors = 0
    for (const operation of inOrder) {
      const { operationId, parameters } = operation
      if (!parameters.some(({ name }) => name === 'cursor')) continue
      for (const foreigner of foreignersOf(operation)) {
        const { who, kind, credential, own } = foreigner
        const ofVictim = credentialOf(kind, victim)
        const first = await send(operation, fillFor(kind, victim.ids), ofVictim, { limit: '1' })
        const cursor = first.body.nextCursor as string | null
        if (cursor === null) continue
        cursors += 1
        const query = { limit: '1', cursor }
        const answer = await send(operation, fillFor(kind, own), credential, query)
        count(operation, 2)
        const told = leaks(JSON.stringify(answer.body), answer.sent, secretsFor(foreigner))
        // Players of one project share its lists; from others' they get nothing.
        const isRefused = answer.status === 400 || who === 'another player'
        if (!isRefused || told.length > 0)
          wrong.push({ operationId, who, status: answer.status, told })
      }
    }
    expect(wrong).toEqual([])
    expect(cursors).toBeGreaterThan(10)
  }, 60_000)

  // Last, for it changes what it touches.
  test('the same requests succeed for those whom the contract names', async () => {
    const wrong: object[] = []
    // Room for new keys, of which a plan allows only so many.
    const { keys, tenant, projectId } = victim
    const owner = inProject(tenant.members.owner.token, projectId)
    for (const { id } of keys.halves) await must('DELETE', `/v1/keys/${id}`, owner)
    for (const operation of inOrder.filter(({ operationId }) => !endAtDiscord.has(operationId))) {
      for (const kind of operation.isOpen ? ['anonymous' as const] : operation.access.kinds) {
        const { status, body } = await succeed(operation, kind)
        count(operation)
        const isRefused = [400, 401, 403, 404].includes(status) || status >= 500
        if (isRefused) wrong.push({ operation: operation.operationId, kind, status, body })
      }
    }
    expect(wrong).toEqual([])
  }, 120_000)

  test('every operation of every contract was asked', () => {
    expect([...requests].filter(([, times]) => times === 0)).toEqual([])
    const total = [...requests.values()].reduce((sum, times) => sum + times, 0)
    console.log(`${requests.size} operations, ${total} requests`)
    expect(requests.size).toBeGreaterThan(70)
    expect(total).toBeGreaterThan(requests.size * 10)
  })
})
