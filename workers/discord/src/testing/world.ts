/** For tests: a project with an application at Discord, a currency, a reward and a shop, in the databases of the real neighbours. */
import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { sealFor } from '@coinop/auth/secrets'
import { type Identity, newIdentity } from './identity.ts'

export type Application = Identity & { applicationId: string; projectId: string }

type Row = Record<string, string | number | null>
export const database = (binding: string) =>
  (env as unknown as Record<string, D1Database>)[binding]!

export const snowflake = () =>
  `13${Array.from(crypto.getRandomValues(new Uint8Array(17)), (byte) => byte % 10).join('')}`

export async function insert(binding: string, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row)
  const marks = columns.map(() => '?').join(', ')
  await database(binding)
    .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`)
    .bind(...Object.values(row))
    .run()
}

/** An application of a project of its own, with nothing in it. */
export async function newApplication(): Promise<Application> {
  const identity = await newIdentity()
  const [applicationId, projectId] = [snowflake(), newId('prj')]
  const [tenant, created_at] = [newId('ten'), 1]
  await insert('AUTH_DB', 'projects', {
    id: projectId,
    tenant_id: tenant,
    name: 'Arcade',
    environment: 'test',
    plan: 'free',
    created_at,
  })
  await insert('AUTH_DB', 'discord_applications', {
    application_id: applicationId,
    project_id: projectId,
    public_key: identity.publicKey,
    created_at,
  })
  return { ...identity, applicationId, projectId }
}

export const newCurrency = (
  { projectId }: Application,
  currency: { code: string; decimals: number; transferable?: boolean },
) =>
  insert('WALLET_DB', 'currencies', {
    project_id: projectId,
    code: currency.code,
    name: currency.code,
    decimals: currency.decimals,
    transferable: (currency.transferable ?? true) ? 1 : 0,
    created_at: 1,
  })

export const newReward = (
  { projectId }: Application,
  { currency, amount }: { currency: string; amount: number },
) => insert('GAMES_DB', 'daily_rewards', { project_id: projectId, currency, amount, updated_at: 1 })

export async function newItem(
  { projectId }: Application,
  item: {
    name: string
    currency: string
    price: number
    stock: number | null
    description?: string
    onUse?: object[]
    onPurchase?: object[]
    requirements?: object
  },
): Promise<string> {
  const id = newId('itm')
  await insert('SHOP_DB', 'products', {
    project_id: projectId,
    id,
    sku: id,
    name: item.name,
    name_key: item.name.toLowerCase(),
    description: item.description ?? '',
    currency: item.currency,
    price: item.price,
    stock: item.stock,
    on_use: item.onUse ? JSON.stringify(item.onUse) : null,
    on_purchase: JSON.stringify(item.onPurchase ?? []),
    requirements: JSON.stringify({ all: [], any: [], none: [], ...item.requirements }),
    is_active: 1,
    version: 1,
    created_at: 1,
    updated_at: 1,
  })
  return id
}

/** What most tests need: 1,000.00 COIN a day, and a shop with a sword for 250.00. */
export async function openArcade(): Promise<Application> {
  const application = await newApplication()
  await newCurrency(application, { code: 'COIN', decimals: 2 })
  await newReward(application, { currency: 'COIN', amount: 100_000 })
  const sword = { name: 'Wooden *Sword*', currency: 'COIN', price: 25_000, stock: 3 }
  await newItem(application, sword)
  return application
}

/** Gives a server the economy of a project of the application's tenant: of the application's own, unless told otherwise. */
export async function ownServer(
  { applicationId, projectId }: Application,
  economy = projectId,
): Promise<string> {
  const serverId = snowflake()
  await insert('AUTH_DB', 'discord_servers', {
    application_id: applicationId,
    server_id: serverId,
    project_id: economy,
    created_at: 1,
  })
  return serverId
}

/** What the tests' `auth` seals with: see `testSecret` of tools/secrets.ts. */
const authSecret = 'test-only-AUTH_SECRET'.padEnd(43, 'A')
export const botToken = 'a-bot-token.of-a-test.only'

/** Gives the application a bot's token, sealed as `auth` seals it. */
export async function giveBotToken({ applicationId }: Application): Promise<void> {
  const sealed = await sealFor(authSecret, `bot-token:${applicationId}`).seal(botToken)
  await database('AUTH_DB')
    .prepare('UPDATE discord_applications SET sealed_bot_token = ? WHERE application_id = ?')
    .bind(sealed, applicationId)
    .run()
}
