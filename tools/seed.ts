/** The demo project of a local system: its key rows straight into the database, all else through the public door. */
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { scopes } from '../packages/shared/src/access.ts'
import { hashApiKey, parseApiKey } from '../packages/shared/src/api-key.ts'
import { sha256 } from '../packages/shared/src/hash.ts'
import { type Demo, readDemo, writeDemo } from './demo.ts'
import type { Secrets } from './secrets.ts'

export type { Demo } from './demo.ts'
type Seed = { miniflare: Miniflare; secrets: Secrets; stateFolder: string; baseUrl: string }

const people = [
  { email: 'ada@example.com', displayName: 'Ada' },
  { email: 'grace@example.com', displayName: 'Grace' },
]
const goods = [
  { name: 'Wooden Sword', description: 'Better than nothing.', amount: 50, stock: 500 },
  { name: 'Lucky Charm', description: 'It does not change the odds.', amount: 120, stock: 200 },
  { name: 'Golden Crown', description: 'One of ten.', amount: 5000, stock: 10 },
]
const startingBalance = 1000
const dailyReward = 100

/** Makes what is missing; every step may be repeated. What it made is in `<stateFolder>/demo.json`. */
export async function seed({ miniflare, secrets, stateFolder, baseUrl }: Seed): Promise<Demo> {
  const file = join(stateFolder, 'demo.json')
  // Written before any row is: a key whose secret nobody has is worse than none.
  const demo = writeDemo(file, { ...readDemo(file, people), baseUrl })
  if (demo.complete) {
    await grantAllScopes(miniflare, demo)
    return demo
  }
  try {
    await insertProject(miniflare, secrets['auth']?.['AUTH_SECRET'] ?? '', demo)
    await fill(demo)
    return writeDemo(file, { ...demo, complete: true })
  } catch (error) {
    writeDemo(file, demo)
    const message =
      'The demo project is not complete; the next start goes on where this one stopped.'
    throw new Error(`${message}\n${String(error)}`, { cause: error })
  }
}

/** Project, keys and Discord application: what nobody can ask for at the public door before there is a key. */
export async function insertProject(miniflare: Miniflare, pepper: string, demo: Demo) {
  const database = await miniflare.getD1Database('AUTH_DB', 'coinop-auth')
  const { projectId, tenantId, discord, createdAt } = demo
  const rows = {
    tenants: [{ id: tenantId, name: 'Demo' }],
    projects: [
      { id: projectId, tenant_id: tenantId, name: 'Demo', environment: 'test', plan: 'scale' },
    ],
    api_keys: [
      keyRow(demo, pepper, { kind: 'secret', key: demo.secretKey, granted: scopes }),
      keyRow(demo, pepper, { kind: 'publishable', key: demo.publishableKey, granted: [] }),
    ],
    members: invitationRows(demo),
    discord_applications: [
      {
        application_id: discord.applicationId,
        project_id: projectId,
        public_key: discord.publicKey,
      },
    ],
  }
  const insert = (table: string, row: Record<string, string | number>) => {
    const columns = [...Object.keys(row), 'created_at']
    const marks = columns.map(() => '?').join(', ')
    return database
      .prepare(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks}) ON CONFLICT DO NOTHING`,
      )
      .bind(...Object.values(row), createdAt)
  }
  const statements = Object.entries(rows).flatMap(([table, each]) =>
    each.map((row) => insert(table, row)),
  )
  await database.batch(statements)
}

/** A Worker that was added since then has a scope of its own; the demo key opens that too. */
async function grantAllScopes(miniflare: Miniflare, { projectId, keyIds }: Demo): Promise<void> {
  const database = await miniflare.getD1Database('AUTH_DB', 'coinop-auth')
  await database
    .prepare('UPDATE api_keys SET scopes = ? WHERE project_id = ? AND id = ?')
    .bind(JSON.stringify(scopes), projectId, keyIds.secret)
    .run()
}

const inviteMilliseconds = 7 * 86_400_000

/** The first owner is invited here, and accepts at the public door like everybody else. */
const invitationRows = ({ tenantId, owner, createdAt }: Demo) =>
  owner === undefined
    ? []
    : [
        {
          tenant_id: tenantId,
          id: owner.id,
          email: owner.tenantEmail,
          role: 'owner',
          invite_hash: sha256(owner.invitation),
          invite_expires_at: createdAt + inviteMilliseconds,
        },
      ]

type Key = { kind: 'secret' | 'publishable'; key: string; granted: readonly string[] }

const keyRow = ({ projectId, keyIds }: Demo, pepper: string, { kind, key, granted }: Key) => ({
  project_id: projectId,
  id: keyIds[kind],
  lookup: parseApiKey(key)?.lookup ?? '',
  kind,
  name: `Demo ${kind} key`,
  scopes: JSON.stringify(granted),
  secret_hash: hashApiKey(pepper, key),
})

/** Keys are stable, so that a half-finished seed goes on where it stopped and gives nothing twice. */
async function fill(demo: Demo): Promise<void> {
  await acceptInvitation(demo)
  const { currency } = demo
  const coin = { code: currency, name: 'Coin', decimals: 0, transferable: true }
  await post(demo, '/v1/currencies', 'demo-currency', coin)
  for (const [index, { displayName }] of people.entries()) {
    const user = demo.users[index]!
    user.id = await signedUp(demo, user, displayName)
    const deposit = { currency, amount: startingBalance, reason: 'demo' }
    await post(demo, `/v1/wallets/${user.id}/deposit`, `demo-deposit-${user.email}`, deposit)
  }
  const reward = { currency, amount: dailyReward }
  await send(demo, { method: 'PUT', path: '/v1/rewards/daily', key: 'demo-daily', body: reward })
  const items: Demo['items'] = []
  for (const { amount, ...item } of goods) {
    const body = { ...item, price: { currency, amount } }
    const made = await post<{ id: string }>(
      demo,
      '/v1/items',
      `demo-item-${item.name.replace(' ', '-')}`,
      body,
    )
    items.push({ id: made.id, name: item.name, price: body.price })
  }
  demo.items = items
  await fillBoard(demo)
}

const weekly = {
  slug: 'weekly-wins',
  name: 'Weekly wins',
  public: true,
  schedule: { cron: '0 0 * * 1', timeZone: 'UTC' },
}

/** A board for everybody to look at, with a score of each player. */
async function fillBoard(demo: Demo): Promise<void> {
  const [{ currency }, [first, second]] = [demo, [100, 50]]
  const rewards = [
    { fromRank: 1, toRank: 1, currency, amount: first },
    { fromRank: 2, toRank: 3, currency, amount: second },
  ]
  try {
    await post(demo, '/v1/leaderboards', 'demo-board', { ...weekly, rewards })
  } catch (error) {
    // Made by an earlier start, whose key is forgotten after two days.
    if (!(error instanceof Refused) || error.status !== 409) throw error
  }
  for (const [index, { id: userId }] of demo.users.entries()) {
    const score = { leaderboardId: weekly.slug, userId, score: 12 - index * 5 }
    await post(demo, '/v1/scores/update', `demo-score-${userId}`, score)
  }
}

async function acceptInvitation(demo: Demo): Promise<void> {
  if (!demo.owner) return
  const { invitation, tenantPassword } = demo.owner
  const json = { token: invitation, password: tenantPassword }
  try {
    await post(demo, '/v1/members/accept', 'demo-owner', json)
  } catch (error) {
    // Accepted by an earlier start, whose key is forgotten after two days.
    if (!(error instanceof Refused) || error.status !== 401) throw error
  }
}

async function signedUp(demo: Demo, user: Demo['users'][number], displayName: string) {
  const { email, password } = user
  const key = `demo-signup-${email}`
  type Session = { user: { id: string } }
  try {
    const { user } = await post<Session>(demo, '/v1/signup', key, { email, password, displayName })
    return user.id
  } catch (error) {
    // The key of a sign-up is forgotten after a day; the account is not.
    if (!(error instanceof Refused) || error.status !== 409) throw error
    return (await post<Session>(demo, '/v1/login', `${key}-again`, { email, password })).user.id
  }
}

class Refused extends Error {
  status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const post = <T>(demo: Demo, path: string, key: string, body: object): Promise<T> =>
  send<T>(demo, { method: 'POST', path, key, body })

type Write = { method: 'POST' | 'PUT'; path: string; key: string; body: object }

async function send<T>({ baseUrl, secretKey }: Demo, write: Write): Promise<T> {
  const { method, path, key, body } = write
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${secretKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) {
    throw new Refused(
      response.status,
      `${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`,
    )
  }
  return JSON.parse(text) as T
}
