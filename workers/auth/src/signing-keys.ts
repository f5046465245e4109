/** The keys that sign access tokens: made at first need, sealed in AUTH_DB, published before they sign and until nothing is left of them. */
import { accessTokenAlgorithm, accessTokenSeconds, skewSeconds } from '@coinop/shared/access-token'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { rpcOperation } from '@coinop/shared/rpc'
import { desc, inArray, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Jwks } from './model.ts'
import { sealFor } from './secrets.ts'
import { keyRotations, signingKeys } from './schema.ts'

export type Signer = { kid: string; privateKey: CryptoKey }
type Environment = Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>

/** A key that another isolate has made is used within this time. */
const rememberedMilliseconds = 60_000
let remembered: { signer: Signer; readAt: number } | undefined

/** A new key signs after this time: by then those who verify have fetched it. */
export const settledMilliseconds = 120_000

/**
 * A key stays published for this long after the next one was made: until that one signs, in every isolate, and then until
 * the last token of the old one has expired by everybody's clock.
 */
export const overlapMilliseconds =
  settledMilliseconds + rememberedMilliseconds + (accessTokenSeconds + skewSeconds) * 1_000

/** The key to sign with. The very first one is made here. */
export async function currentSigner(env: Environment): Promise<Signer> {
  if (remembered && now() - remembered.readAt < rememberedMilliseconds) return remembered.signer
  let rows = await readKeys(env)
  if (rows.length === 0) {
    // Two isolates may both come here. Both keys are published, and the older one signs.
    await makeSigningKey(env)
    rows = await readKeys(env)
  }
  const row = chooseSigner(rows, now())
  if (!row) throw new Error('A signing key was stored but cannot be read.')
  const jwk = await sealOf(env, row.kid).open(row.sealedPrivateJwk)
  const privateKey = await importJWK(JSON.parse(jwk) as JWK, accessTokenAlgorithm)
  if (privateKey instanceof Uint8Array) throw new Error('A signing key is not a key pair.')
  remembered = { signer: { kid: row.kid, privateKey }, readAt: now() }
  return remembered.signer
}

/** Of `keys`, newest first: the newest that has settled; while none has, the oldest. */
export const chooseSigner = <Key extends { createdAt: number }>(
  keys: Key[],
  at: number,
): Key | undefined =>
  keys.find(({ createdAt }) => createdAt <= at - settledMilliseconds) ?? keys.at(-1)

/** Of `keys`, newest first: those of which no token can be good any more. The newest is never among them. */
export const retiredKeys = <Key extends { createdAt: number }>(keys: Key[], at: number): Key[] =>
  keys.slice(1).filter((_, index) => keys[index]!.createdAt <= at - overlapMilliseconds)

/** Adds a signing key, to be used when it has settled. Answers its kid. */
export async function makeSigningKey(env: Environment): Promise<string> {
  const key = await newSigningKey(env)
  await drizzle(env.AUTH_DB).insert(signingKeys).values(key)
  return key.kid
}

/** Makes the key that an operator has asked for; one, however often it was asked and however many come here at once. */
export async function rotateIfAsked(env: Environment): Promise<void> {
  const db = drizzle(env.AUTH_DB)
  if ((await db.$count(keyRotations)) === 0) return
  await rpcOperation('auth', 'signing-keys.rotate', systemCaller(''), async () => {
    const { kid, publicJwk, sealedPrivateJwk, createdAt } = await newSigningKey(env)
    const values = [kid, JSON.stringify(publicJwk), sealedPrivateJwk, createdAt]
    const row = sql.join(
      values.map((value) => sql`${value}`),
      sql`, `,
    )
    const isAsked = sql`EXISTS (SELECT 1 FROM ${keyRotations})`
    await db.batch([
      db.insert(signingKeys).select(sql`SELECT ${row} WHERE ${isAsked}`),
      db.delete(keyRotations),
    ])
  })
}

/** Forgets the keys of which nothing is left. */
export async function forgetRetiredKeys(env: Environment): Promise<void> {
  const retired = retiredKeys(await readKeys(env), now())
  if (retired.length === 0) return
  const kids = retired.map(({ kid }) => kid)
  await drizzle(env.AUTH_DB).delete(signingKeys).where(inArray(signingKeys.kid, kids))
}

/** The kid is the RFC 7638 thumbprint. */
async function newSigningKey(env: Environment): Promise<typeof signingKeys.$inferInsert> {
  const pair = await generateKeyPair(accessTokenAlgorithm, { extractable: true })
  const { x = '' } = await exportJWK(pair.publicKey)
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x } as const
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  const sealedPrivateJwk = await sealOf(env, kid).seal(privateJwk)
  return { kid, publicJwk, sealedPrivateJwk, createdAt: now() }
}

/** Every public key, newest first, as RFC 7517 wants it. */
export async function publishedKeys(env: Environment): Promise<Jwks> {
  const rows = await readKeys(env)
  const keys = rows.map(({ kid, publicJwk: { kty, crv, x } }) => ({
    kty,
    crv,
    x,
    kid,
    alg: accessTokenAlgorithm,
    use: 'sig' as const,
  }))
  return { keys }
}

const readKeys = ({ AUTH_DB }: Environment) =>
  drizzle(AUTH_DB)
    .select()
    .from(signingKeys)
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.kid))
    .limit(publishedMax)

/** One is made a minute at most, and forgotten after less than fifteen. */
const publishedMax = 20

/** Bound to the kid, so that the private half of one row cannot stand in another. */
const sealOf = ({ AUTH_SECRET }: Environment, kid: string) =>
  sealFor(AUTH_SECRET, `signing-key:${kid}`)
