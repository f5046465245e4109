import { env, exports } from 'cloudflare:workers'
import { verifyAccessToken } from '@coinop/shared/access-token'
import { mintApiKey, hashApiKey } from '@coinop/shared/api-key'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { otherProject, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { findKey } from './api-keys.ts'
import type {
  AuthDiscordApplications,
  AuthDiscordPlayers,
  AuthLookups,
  AuthPlayerNames,
  AuthPlayers,
} from './rpc.ts'
import { apiKeys, discordApplications, identities, projects, users } from './schema.ts'
import {
  announcementsOf,
  database,
  insertSession,
  insertUser,
  recordAnnouncements,
} from './testing.ts'

const entrypoints = exports as unknown as {
  AuthLookups: Service<typeof AuthLookups>
  AuthPlayerNames: Service<typeof AuthPlayerNames>
  AuthPlayers: Service<typeof AuthPlayers>
  AuthDiscordApplications: Service<typeof AuthDiscordApplications>
  AuthDiscordPlayers: Service<typeof AuthDiscordPlayers>
}
const inProject = systemCaller(testProject)

async function insertKey(given: Partial<typeof apiKeys.$inferInsert> = {}) {
  const { key, lookup } = mintApiKey('test')
  const id = newId('key')
  await database.insert(apiKeys).values({
    projectId: testProject,
    id,
    lookup,
    kind: 'secret',
    name: 'server',
    scopes: ['wallet:read', 'wallet:write'],
    secretHash: hashApiKey(env.AUTH_SECRET, key),
    createdAt: now(),
    ...given,
  })
  return { id, key }
}

beforeAll(async () => {
  await recordAnnouncements()
  await database.insert(projects).values({
    id: testProject,
    tenantId: newId('ten'),
    name: 'Demo',
    environment: 'test',
    plan: 'free',
    createdAt: now(),
  })
})

describe('AuthLookups.findKey', () => {
  const find = (key: string) => entrypoints.AuthLookups.findKey(key)

  test('what the key may do, and its project', async () => {
    const { id, key } = await insertKey()
    expect(await find(key)).toEqual({
      keyId: id,
      projectId: testProject,
      kind: 'secret',
      scopes: ['wallet:read', 'wallet:write'],
      plan: 'free',
      environment: 'test',
      expiresAt: null,
    })
  })

  test('with its generation for whoever names it; not under the name of another key', async () => {
    const { id, key } = await insertKey()
    const reference = { projectId: testProject, keyId: id }
    const { findKey, keyGeneration } = entrypoints.AuthLookups
    expect(await findKey(key, reference)).toMatchObject({ keyId: id, generation: 0 })
    expect(await keyGeneration(reference)).toBe(0)
    const other = { projectId: testProject, keyId: newId('key') }
    expect(await findKey(key, other)).not.toHaveProperty('generation')
  })

  test('undefined for a key that is expired or revoked, and a key until it expires', async () => {
    const expired = await insertKey({ expiresAt: now() - 1 })
    const revoked = await insertKey({ revokedAt: now() - 1 })
    const soonExpired = await insertKey({ expiresAt: now() + 60_000, kind: 'publishable' })
    expect(await find(expired.key)).toBeUndefined()
    expect(await find(revoked.key)).toBeUndefined()
    expect(await find(soonExpired.key)).toMatchObject({ kind: 'publishable' })
  })

  test('undefined for a well-formed key that is unknown, or whose secret is another one', async () => {
    const { key } = mintApiKey('test')
    expect(await find(key)).toBeUndefined()
    const { id } = await insertKey()
    const forged = mintApiKey('test')
    await database.update(apiKeys).set({ lookup: forged.lookup }).where(eq(apiKeys.id, id))
    expect(await find(forged.key)).toBeUndefined()
  })

  test('undefined without a database read for 1,000 mistyped keys', async () => {
    let reads = 0
    const counting = {
      AUTH_SECRET: env.AUTH_SECRET,
      get AUTH_DB(): D1Database {
        reads += 1
        return env.AUTH_DB
      },
    }
    const { key } = await insertKey()
    for (let count = 0; count < 1_000; count++) {
      const at = 12 + (count % 54)
      if (key[at] === '_') continue
      const mistyped = `${key.slice(0, at)}${key[at] === 'x' ? 'y' : 'x'}${key.slice(at + 1)}`
      expect(await findKey(counting, mistyped)).toBeUndefined()
    }
    for (const text of [
      '',
      'coinop_test_',
      `${key}0`,
      ` ${key}`,
      key.toLowerCase(),
      '💥'.repeat(99),
    ]) {
      expect(await findKey(counting, text)).toBeUndefined()
    }
    expect(reads).toBe(0)
    expect(await findKey(counting, key)).toBeDefined()
    expect(reads).toBe(1)
  })
})

describe('AuthLookups.findPlan', () => {
  test('is the plan of the project; undefined when there is none', async () => {
    const id = newId('prj')
    const project = { id, tenantId: newId('ten'), name: 'A', environment: 'test' } as const
    await database.insert(projects).values({ ...project, plan: 'pro', createdAt: now() })
    expect(await entrypoints.AuthLookups.findPlan(id)).toBe('pro')
    expect(await entrypoints.AuthLookups.findPlan(newId('prj'))).toBeUndefined()
  })
})

describe('AuthLookups.jwks', () => {
  test('the key that will verify, even before the first token', async () => {
    const keySet = await entrypoints.AuthLookups.jwks()
    expect(keySet.keys).toMatchObject([{ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }])
    const { accessToken } = await insertSession()
    expect(await verifyAccessToken(accessToken, keySet)).toMatchObject({ ok: true })
    expect(await entrypoints.AuthLookups.jwks()).toEqual(keySet)
  })
})

describe('AuthPlayers.list', () => {
  test('every user of the project once, in order, page after page, and nobody of another', async () => {
    const [one, two, three] = [await insertUser(), await insertUser(), await insertUser()]
    const foreign = await insertUser(otherProject)
    const seen: string[] = []
    for (let after = ''; ; after = seen.at(-1) ?? '') {
      const page = await entrypoints.AuthPlayers.list(inProject, after, 2)
      expect(page.length).toBeLessThanOrEqual(2)
      if (page.length === 0) break
      seen.push(...page)
    }
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => (a < b ? -1 : 1)))
    expect(seen).toEqual(expect.arrayContaining([one.id, two.id, three.id]))
    expect(seen).not.toContain(foreign.id)
  })
})

describe('AuthPlayers.exists', () => {
  test('true for a user of the project, false for one of another project and for nobody', async () => {
    const [own, foreign] = [await insertUser(), await insertUser(otherProject)]
    const exists = (userId: string) => entrypoints.AuthPlayers.exists(inProject, userId)
    expect(await exists(own.id)).toBe(true)
    expect(await exists(foreign.id)).toBe(false)
    expect(await exists('')).toBe(false)
  })
})

describe('AuthPlayers.existing', () => {
  test('of 100 ids those of users of the project, and no others', async () => {
    const [one, two, foreign] = [
      await insertUser(),
      await insertUser(),
      await insertUser(otherProject),
    ]
    const nobody = Array.from({ length: 97 }, () => newId('usr'))
    const asked = [...nobody, foreign.id, two.id, one.id]
    const found = await entrypoints.AuthPlayers.existing(inProject, asked)
    expect(found.toSorted()).toEqual([one.id, two.id].toSorted())
    expect(await entrypoints.AuthPlayers.existing(inProject, [])).toEqual([])
  })
})

describe('AuthDiscordApplications.find', () => {
  test('the project, its plan and the public key; undefined for an unknown application', async () => {
    const application = {
      applicationId: '845027738276462632',
      projectId: testProject,
      publicKey: 'ab'.repeat(32),
    }
    await database.insert(discordApplications).values({ ...application, createdAt: now() })
    const find = (id: string) => entrypoints.AuthDiscordApplications.find(id)
    expect(await find(application.applicationId)).toEqual({ ...application, plan: 'free' })
    expect(await find('1')).toBeUndefined()
  })
})

describe('AuthDiscordPlayers.findOrCreate', () => {
  const findOrCreate = (discordId: string, displayName = 'Ada', caller = inProject) =>
    entrypoints.AuthDiscordPlayers.findOrCreate(caller, { discordId, displayName })

  test('a new user at first, the same one afterwards with the name it has here', async () => {
    const first = await findOrCreate('100')
    expect(first).toMatchObject({ displayName: 'Ada', created: true })
    const second = await findOrCreate('100', 'Grace')
    expect(second).toEqual({ userId: first.userId, displayName: 'Ada', created: false })
    const [created] = await announcementsOf(first.userId)
    expect(created).toMatchObject({ type: 'auth.user.created', data: { provider: 'discord' } })
  })

  test('one user of ten at once', async () => {
    const before = (await database.select().from(users)).length
    const all = await Promise.all(Array.from({ length: 10 }, () => findOrCreate('200')))
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(1)
    expect(all.filter(({ created }) => created)).toHaveLength(1)
    expect(await database.select().from(users)).toHaveLength(before + 1)
    const linked = eq(identities.providerUserId, '200')
    expect(await database.select().from(identities).where(linked)).toHaveLength(1)
  })

  test('another user for the same Discord user in another project', async () => {
    const here = await findOrCreate('300')
    const there = await findOrCreate('300', 'Ada', systemCaller(otherProject))
    expect(there.userId).not.toBe(here.userId)
  })

  test('a name cut to 64 characters, never inside one', async () => {
    const { displayName } = await findOrCreate('400', '🎲'.repeat(70))
    expect(displayName).toBe('🎲'.repeat(64))
  })
})

describe('AuthPlayerNames.names', () => {
  test('the names of users of the project, and of no others', async () => {
    const [own, foreign] = [await insertUser(), await insertUser(otherProject)]
    for (const { id } of [own, foreign]) {
      await database.update(users).set({ displayName: 'Ada' }).where(eq(users.id, id))
    }
    const names = (ids: string[]) => entrypoints.AuthPlayerNames.names(inProject, ids)
    const asked = [foreign.id, own.id, newId('usr'), "' OR 1 = 1"]
    expect(await names(asked)).toEqual([{ userId: own.id, displayName: 'Ada' }])
  })
})
