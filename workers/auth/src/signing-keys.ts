/** The keys that sign access tokens: made at first need, sealed in AUTH_DB, all published before they are used. */
import { accessTokenAlgorithm } from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { desc } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Jwks } from './model.ts'
import { sealFor } from './secrets.ts'
import { signingKeys } from './schema.ts'

export type Signer = { kid: string; privateKey: CryptoKey }
type Environment = Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>

/** A key that another isolate has made is used within this time. */
const rememberedMilliseconds = 60_000
let remembered: { signer: Signer; readAt: number } | undefined

/** A new key signs after this time: by then those who verify have fetched it. */
export const settledMilliseconds = 120_000

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

/** Adds a signing key, to be used when it has settled. Answers its kid, the RFC 7638 thumbprint. */
export async function makeSigningKey(env: Environment): Promise<string> {
  const pair = await generateKeyPair(accessTokenAlgorithm, { extractable: true })
  const { x = '' } = await exportJWK(pair.publicKey)
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x } as const
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  const sealedPrivateJwk = await sealOf(env, kid).seal(privateJwk)
  await drizzle(env.AUTH_DB)
    .insert(signingKeys)
    .values({ kid, publicJwk, sealedPrivateJwk, createdAt: now() })
  return kid
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

const publishedMax = 20

/** Bound to the kid, so that the private half of one row cannot stand in another. */
const sealOf = ({ AUTH_SECRET }: Environment, kid: string) =>
  sealFor(AUTH_SECRET, `signing-key:${kid}`)
