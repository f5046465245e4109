/** Projects full of things that nobody outside may see, with every credential that there is for them. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { scopes } from '../packages/shared/src/access.ts'
import { type Role, roles } from '../packages/shared/src/roles.ts'
import { newSnowflake } from '../tools/discord-client.ts'
import { ask, must } from './door.ts'
import { build, discordServerId, operations, type Reference } from './operations.ts'

export type Player = {
  id: string
  email: string
  password: string
  token: string
  refreshToken: string
}
/** By the prefix of the id, or by the parameter's name where ids have none. */
export type Ids = Record<string, string>
export type Tenant = {
  mark: string
  members: Record<Role, { token: string; email: string }>
  /** An access token that was never used before its session ended. */
  ended: string
  password: string
}
export type World = {
  /** In every name, memo and address of the project. */
  mark: string
  /** In what belongs to `player` alone. */
  personalMark: string
  tenant: Tenant
  projectId: string
  ids: Ids
  /** `halves`: each has every second scope. */
  keys: { full: string; publishable: string; halves: [Key, Key]; revoked: string }
  player: Player
  /** Another one of the same project, and what is theirs. */
  other: Player & { ids: Ids }
  ended: string
}
export type Key = { id: string; secret: string; scopes: string[] }

const currency = 'COIN'
const password = 'correct horse battery staple'
/** Where Discord may send players back to. */
export const redirectUri = 'https://game.example/back'

/** A tenant with a member of each role. */
export async function newTenant(mark: string): Promise<Tenant> {
  const addressOf = (who: string) => `${mark}-${who}-${randomUUID()}@example.com`
  const owner = { name: `${mark} Games`, email: addressOf('owner'), password }
  const { accessToken } = await must('POST', '/v1/tenants', { json: owner })
  const join = async (role: Role) => {
    const email = addressOf(role)
    const invitation = await must('POST', '/v1/members/invite', {
      token: accessToken,
      json: { email, role },
    })
    const json = { token: invitation.token, password }
    return { email, ...(await must('POST', '/v1/members/accept', { json })) } as {
      email: string
      accessToken: string
      refreshToken: string
    }
  }
  const members = { owner: { token: accessToken as string, email: owner.email } }
  for (const role of roles.filter((each) => each !== 'owner')) {
    const { email, accessToken: token } = await join(role)
    Object.assign(members, { [role]: { email, token } })
  }
  const left = await join('owner')
  await must('POST', '/v1/logout', { json: { refreshToken: left.refreshToken } })
  return { mark, members: members as Tenant['members'], ended: left.accessToken, password }
}

/** A project of the tenant in which something of every kind has happened. */
export async function newWorld(tenant: Tenant, mark: string): Promise<World> {
  const personalMark = `${mark}-personal`
  const { token } = tenant.members.owner
  const json = { name: `${tenant.mark} project`, environment: 'test' }
  const { id: projectId } = await must('POST', '/v1/projects', { token, json })
  const keys = await newKeys(token, projectId, mark)
  const key = keys.full
  const coin = { code: currency, name: `${mark} coin`, decimals: 0, transferable: true }
  await must('POST', '/v1/currencies', { key, json: coin })
  // Of which there is no movement.
  const code = newCode()
  await must('POST', '/v1/currencies', { key, json: { ...coin, code, name: `${mark} ruby` } })
  const price = { currency, amount: 5 }
  const item = { name: `${mark} sword`, description: mark, price, onUse: [] }
  const { id: itm } = await must('POST', '/v1/items', { key, json: item })
  const reward = { currency, amount: 10 }
  await must('PUT', '/v1/rewards/daily', { key, json: reward })
  const work = { currency, amountMin: 1, amountMax: 1, coolDownSeconds: 1 }
  await must('PUT', '/v1/rewards/work', { key, json: work })
  const player = await newPlayer(keys.publishable, personalMark)
  const other = await newPlayer(keys.publishable, `${mark}-other`)
  const definition = { name: `${mark} board`, authoritative: false }
  const board = await reviewedBoard(key, definition, player)
  const tenants = await idsOfTenant(token, projectId, mark)
  const ofProject = { ...tenants, ...board, itm: itm as string, code }
  // Gets the money, so that `other` has no part in what is the player's; then leaves.
  const leaving = await newPlayer(keys.publishable, personalMark)
  const life = { itm, brd: board['brd']!, to: leaving.id, mark, personalMark }
  const partner = { 'usr partnerId': leaving.id }
  const ids = { ...ofProject, ...partner, ...(await live(key, player, life)) }
  const others = { ...life, to: player.id, personalMark: `${mark}-other` }
  const theirs = await live(key, other, others)
  await must('POST', '/v1/logout', { json: { refreshToken: leaving.refreshToken } })
  const world: World = {
    mark,
    personalMark,
    tenant,
    projectId,
    ids,
    keys,
    player,
    other: { ...other, ids: { ...ids, ...theirs } },
    ended: leaving.token,
  }
  await makeTheRest(world)
  return world
}

/** A leaderboard on which a player has a score, and its season of now. */
export async function newBoard(key: string, definition: object, { id }: Player): Promise<Ids> {
  const slug = `board-${randomUUID()}`
  const { id: brd } = await must('POST', '/v1/leaderboards', {
    key,
    json: { slug, name: slug, ...definition },
  })
  const score = { leaderboardId: brd, userId: id, score: 1 }
  const { seasonId: sea } = await must('POST', '/v1/scores/update', { key, json: score })
  return { brd, leaderboardId: brd, sea }
}

/** A leaderboard with a rule against fraud, which has hit the player's score. */
async function reviewedBoard(key: string, definition: object, player: Player): Promise<Ids> {
  const board = await newBoard(key, definition, player)
  const brd = board['brd']!
  const rule = await newRule(key, brd)
  const score = { leaderboardId: brd, userId: player.id, score: 2 }
  await must('POST', '/v1/scores/update', { key, json: score })
  const { data } = await must('GET', `/v1/leaderboards/${brd}/reviews`, { key })
  return { ...board, ...rule, rvw: data[0].id as string }
}

/** A rule against fraud that hits any score. */
export async function newRule(key: string, brd: string): Promise<Ids> {
  const condition = { kind: 'score_outside', min: -2, max: -1 }
  const json = { name: 'any score', condition, action: 'flag', shadow: false }
  const { id } = await must('POST', `/v1/leaderboards/${brd}/fraud-rules`, { key, json })
  return { frl: id as string }
}

/** A code that only one project has. */
export const newCode = () => `C${randomBytes(4).toString('hex').toUpperCase()}`

/**
 * Gives each project what an operator of the ledger looks at, all by its first number, and resolves when the minutely
 * sweep has done its work of the day: from then on it writes nothing.
 */
export async function audited(worlds: World[]): Promise<void> {
  for (const { keys } of worlds) {
    for (const what of ['proof', 'rebuilds']) {
      await must('POST', `/v1/ledger/${what}`, { key: keys.full })
    }
  }
  for (const { keys } of worlds) {
    for (const what of ['rebuilds', 'reconciliations']) await finished(what, keys.full)
  }
}

async function finished(what: string, key: string): Promise<void> {
  const deadline = performance.now() + 150_000
  for (;;) {
    const { body } = await ask('GET', `/v1/ledger/${what}/1`, { key })
    if (body.status === 'finished') return
    if (performance.now() > deadline) throw new Error(`${what} did not end within 150 s.`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function newKeys(token: string, project: string, mark: string): Promise<World['keys']> {
  const headers = { 'x-project-id': project }
  const make = async (kind: 'secret' | 'publishable', granted: readonly string[] = []) => {
    const json = { kind, name: `${mark} key`, scopes: granted }
    const made = await must('POST', '/v1/keys', { token, headers, json })
    return { id: made.id as string, secret: made.secret as string, scopes: [...granted] }
  }
  const half = (remainder: number) =>
    make(
      'secret',
      scopes.filter((_, index) => index % 2 === remainder),
    )
  const revoked = await make('secret', scopes)
  await must('DELETE', `/v1/keys/${revoked.id}`, { token, headers })
  return {
    full: (await make('secret', scopes)).secret,
    publishable: (await make('publishable')).secret,
    halves: [await half(0), await half(1)],
    revoked: revoked.secret,
  }
}

export async function newPlayer(key: string, mark: string): Promise<Player> {
  const email = `${mark}-${randomUUID()}@example.com`
  const json = { email, password, displayName: `${mark} player` }
  const { user, accessToken, refreshToken } = await must('POST', '/v1/signup', { key, json })
  return { id: user.id, email, password, token: accessToken, refreshToken }
}

/** What the tenant has that an id names: nobody works with these, so that a test may end them. */
async function idsOfTenant(token: string, projectId: string, mark: string): Promise<Ids> {
  const headers = { 'x-project-id': projectId }
  const key = { kind: 'publishable', name: `${mark} spare key` }
  const made = await must('POST', '/v1/keys', { token, headers, json: key })
  const email = `${mark}-invited-${randomUUID()}@example.com`
  const invitation = { email, role: 'viewer' }
  const invited = await must('POST', '/v1/members/invite', { token, json: invitation })
  const applicationId = newSnowflake()
  const { publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const clientSecret = `test-only-${randomUUID()}`
  const application = {
    applicationId,
    clientSecret,
    publicKey: spki.subarray(-32).toString('hex'),
  }
  const path = `/v1/projects/${projectId}/discord-applications`
  await must('POST', path, { token, json: application })
  const server = `/v1/projects/${projectId}/discord-servers/${applicationId}/${discordServerId}`
  await must('PUT', server, { token })
  const project = { redirectUris: [redirectUri] }
  await must('PATCH', `/v1/projects/${projectId}`, { token, json: project })
  return { prj: projectId, key: made.id, mem: invited.member.id, applicationId }
}

type Life = { itm: string; brd: string; to: string; mark: string; personalMark: string }

/** A player's days: money, a purchase, a use and a gift of it, rounds, games of another's making, a transfer, a second session. */
async function live(key: string, { id, token, email }: Player, life: Life): Promise<Ids> {
  const { itm, brd, to, mark, personalMark } = life
  const deposit = { currency, amount: 1_000, reason: `${personalMark} gift` }
  const { id: ent } = await must('POST', `/v1/wallets/${id}/deposit`, { key, json: deposit })
  const order = { itemId: itm, quantity: 3 }
  const { id: ord } = await must('POST', '/v1/purchase', { token, json: order })
  const { id: use } = await must('POST', '/v1/inventory/use', { token, json: { itemId: itm } })
  const gift = { itemId: itm, to }
  const { id: gft } = await must('POST', '/v1/inventory/give', { token, json: gift })
  const bet = { bet: 1, currency, side: 'heads', clientSeed: personalMark }
  const { id: rnd } = await must('POST', '/v1/games/coinflip/play', { token, json: bet })
  const skill = { game: personalMark }
  const { id: skl } = await must('POST', '/v1/skill-sessions', { token, json: skill })
  const plays = `/v1/leaderboards/${brd}/play-sessions`
  const { id: pls, token: play } = await must('POST', plays, { token, json: {} })
  // Whoever gets the money may read it too.
  const sent = { to, currency, amount: 1, memo: `${mark} memo` }
  const { id: trf } = await must('POST', '/v1/transfer', { token, json: sent })
  const { id: trd } = await must('POST', '/v1/trades', { token, json: { partnerId: to } })
  const headers = { 'user-agent': `${personalMark} device` }
  const again = await must('POST', '/v1/login', { key, json: { email, password }, headers })
  const device = { deviceSecret: randomBytes(32).toString('base64url') }
  const { id: idn } = await must('POST', '/v1/me/identities/device', { token, json: device })
  const sessions = await must('GET', '/v1/sessions', { token: again.accessToken })
  const open = sessions.data as { id: string; isCurrent: boolean }[]
  const ses = open.find(({ isCurrent }) => isCurrent)?.id
  const held = { currency, amount: 1, expiresInSeconds: 86_400, memo: `${personalMark} hold` }
  const { id: hld } = await must('POST', `/v1/wallets/${id}/holds`, { key, json: held })
  const made = { ord, use, gft, rnd, skl, pls, 'pls playSession': play, trf, trd, hld, idn }
  return { usr: id, ses: ses!, ...made, ...(ent && { ent }) }
}

/** Things of a kind that this file has not heard of: made as the contract says, by whoever may. */
async function makeTheRest(world: World): Promise<void> {
  const { ids, mark, keys, tenant, projectId } = world
  for (const operation of operations) {
    const { makes, access, isOpen } = operation
    if (makes === '' || makes in ids || makes === 'ten' || isOpen) continue
    const { path, json } = build(operation, fillFrom(ids), { mark })
    const credential = access.kinds.includes('secret')
      ? { key: keys.full }
      : { token: tenant.members.owner.token, headers: { 'x-project-id': projectId } }
    const made = await must('POST', path, { ...credential, ...(json && { json }) })
    ids[makes] = made.id as string
  }
}

export const fillFrom =
  (ids: Ids) =>
  ({ name, kind }: Reference): string | undefined =>
    ids[`${kind} ${name}`] ?? ids[kind]
