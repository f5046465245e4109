/** What no contract can say of a request that succeeds: passwords, tokens, addresses, signatures. */
import { randomBytes, randomUUID, generateKeyPairSync, sign } from 'node:crypto'
import { newSnowflake } from '../tools/discord-client.ts'
import { type Ask, must } from './door.ts'
import { build, type Operation } from './operations.ts'
import {
  fillFrom,
  type Ids,
  newBoard,
  newCode,
  redirectUri,
  newRule,
  type World,
} from './worlds.ts'

type Values = Record<string, unknown>

/** Members and players who can be spared, and secrets that work once, made when they are needed. */
const secretsOf: Record<string, (world: World) => Promise<Values> | Values> = {
  'sessions.login': ({ other }) => ({ email: other.email, password: other.password }),
  'members.login': ({ tenant }) => ({
    email: tenant.members.owner.email,
    password: tenant.password,
  }),
  'sessions.login-device': () => ({ deviceSecret: randomBytes(32).toString('base64url') }),
  'sessions.refresh': spareToken,
  'sessions.logout': spareToken,
  'password.change': ({ player }) => ({
    currentPassword: player.password,
    newPassword: player.password,
  }),
  'members.accept': async ({ tenant }) => {
    const { token } = tenant.members.owner
    const json = { email: `${randomUUID()}@example.com`, role: 'viewer' }
    return { token: (await must('POST', '/v1/members/invite', { token, json })).token as string }
  },
  'discord-applications.create': () => ({
    applicationId: newSnowflake(),
    publicKey: newApplicationKey().hex,
  }),
  'keys.create': () => ({ scopes: ['users:read'] }),
  'sessions.start-discord': () => ({ redirectUri }),
  'identities.start-discord': () => ({ redirectUri }),
  'members.start-discord': () => ({ redirectUri }),
  'member-identities.start-discord': () => ({ redirectUri }),
  'identities.link-device': () => ({ deviceSecret: randomBytes(32).toString('base64url') }),
  'currencies.create': () => ({ code: newCode() }),
  'leaderboards.delete': () => ({ confirm: spareSlug }),
  'leaderboards.rank-for': () => ({ score: '5' }),
  'leaderboards.users': ({ player }) => ({ userIds: player.id }),
  'scores.batch': ({ ids, player }) => ({
    updates: [{ leaderboardId: ids['brd'], userId: player.id, score: 5 }],
  }),
  'items.import': ({ mark }) => ({ csv: `sku,name,currency,amount\nmatrix,${mark} bow,COIN,5\n` }),
}

const spareSlug = 'spare-board'
/** Standings are for anybody on public boards only, of which the world has none: nobody may see into it. */
const publicBoards = new Map<string, Promise<Ids>>()

function publicBoard({ projectId, keys, player, mark }: World): Promise<Ids> {
  const made =
    publicBoards.get(projectId) ??
    newBoard(keys.full, { name: `${mark} public board`, public: true }, player)
  publicBoards.set(projectId, made)
  return made
}

/** Things that can be spared, where the request ends what it names. */
const sparesOf: Record<string, (world: World) => Promise<Ids>> = {
  'currencies.delete': async ({ keys, mark }) => {
    const coin = { code: newCode(), name: `${mark} coin`, decimals: 0, transferable: true }
    await must('POST', '/v1/currencies', { key: keys.full, json: coin })
    return { code: coin.code }
  },
  'leaderboards.delete': ({ keys, player }) => newBoard(keys.full, { slug: spareSlug }, player),
  'fraud-rules.delete': ({ keys, ids }) => newRule(keys.full, ids['brd']!),
  'game-bindings.delete': ({ keys, ids }) => newBinding(keys.full, ids['brd']!),
  'leaderboards.around': publicBoard,
  'leaderboards.live': publicBoard,
  'leaderboards.page': publicBoard,
  'leaderboards.rank': publicBoard,
  'leaderboards.rank-for': publicBoard,
  'leaderboards.top': publicBoard,
  'leaderboards.users': publicBoard,
  'snapshots.get': async (world) => {
    const board = await publicBoard(world)
    await must('POST', `/v1/leaderboards/${board['brd']}/snapshots`, { key: world.keys.full })
    return board
  },
  'snapshots.list': publicBoard,
  'scores.update': sparePlay,
  'holds.capture': spareHold,
  'holds.void': spareHold,
  'orders.refund': spareOrder,
  'inventory.use': spareOrder,
  'inventory.give': spareOrder,
}

async function newBinding(key: string, brd: string): Promise<Ids> {
  const json = { gameId: 'dice', measure: 'wins' }
  const { id } = await must('POST', `/v1/leaderboards/${brd}/game-bindings`, { key, json })
  return { gbn: id as string }
}

/** With a piece in the inventory that can be used, given away, or given back. */
async function spareOrder({ keys, player, ids }: World): Promise<Ids> {
  const json = { userId: player.id, itemId: ids['itm'] }
  const { id } = await must('POST', '/v1/purchase', { key: keys.full, json })
  return { ord: id }
}

/** A play session that has no score yet. */
async function sparePlay({ keys, player, ids }: World): Promise<Ids> {
  const path = `/v1/leaderboards/${ids['brd']}/play-sessions`
  const { token } = await must('POST', path, { key: keys.full, json: { userId: player.id } })
  return { 'pls playSession': token }
}

async function spareHold({ keys, player, personalMark }: World): Promise<Ids> {
  const json = { currency: 'COIN', amount: 1, expiresInSeconds: 86_400, memo: personalMark }
  const { id } = await must('POST', `/v1/wallets/${player.id}/holds`, { key: keys.full, json })
  return { hld: id }
}

async function spareToken(world: World): Promise<Values> {
  return { refreshToken: (await loggedIn(world)).refreshToken }
}

function newApplicationKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  return { hex, privateKey }
}

/** A new session of the world's player: the last control may have ended the one before. */
export function loggedIn({ keys, player }: World) {
  const json = { email: player.email, password: player.password }
  return must('POST', '/v1/login', { key: keys.publishable, json }) as Promise<{
    accessToken: string
    refreshToken: string
  }>
}

/** These end at Discord, which answers in `workers/auth/src/testing-flows.ts`: there they succeed, and there only for who began. */
export const endAtDiscord = new Set([
  'sessions.login-discord',
  'identities.link-discord',
  'members.login-discord',
  'member-identities.link-discord',
  'member-identities.delete',
])

type Request = Ask & { method: string; path: string }

/** A request of the world's own that should succeed, but for the credential. */
export async function properRequest(
  operation: Operation,
  world: World,
  kind: string,
): Promise<Request> {
  const { operationId } = operation
  if (operationId === 'interactions.receive') return signedPing(world)
  const secrets = (await secretsOf[operationId]?.(world)) ?? {}
  const own = fillFrom({ ...world.ids, ...(await sparesOf[operationId]?.(world)) })
  const { method, path, json } = build(
    operation,
    // A player is who they are, and says nobody else; everybody else names one. Money goes to another.
    (reference) => {
      if (reference.name === 'to' || reference.name === 'partnerId') return world.other.id
      const isSelf = kind === 'player' && reference.kind === 'usr' && reference.place !== 'path'
      return isSelf ? undefined : own(reference)
    },
    { mark: world.mark, values: secrets },
  )
  return { method, path, ...(json && { json }) }
}

async function signedPing({ tenant, projectId }: World): Promise<Request> {
  const { hex, privateKey } = newApplicationKey()
  const applicationId = newSnowflake()
  const { token } = tenant.members.owner
  const application = { applicationId, publicKey: hex }
  const path = `/v1/projects/${projectId}/discord-applications`
  await must('POST', path, { token, json: application })
  const ping = {
    id: newSnowflake(),
    application_id: applicationId,
    type: 1,
    version: 1,
    token: 'x',
  }
  const body = JSON.stringify(ping)
  const at = String(Math.floor(Date.now() / 1_000))
  const signature = sign(null, Buffer.from(at + body), privateKey).toString('hex')
  const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': at }
  return { method: 'POST', path: `/v1/discord/interactions/${applicationId}`, body, headers }
}
