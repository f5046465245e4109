import { env } from 'cloudflare:workers'
import { verifyAccessToken } from '@coinop/shared/access-token'
import { anonymous, call } from '@coinop/shared/testing'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { signingKeys } from '../schema.ts'
import { chooseSigner, makeSigningKey, settledMilliseconds } from '../signing-keys.ts'
import { database, insertSession } from '../testing.ts'
import { jwksGet } from './jwks.get.ts'

describe('jwks.get', () => {
  test('200 no keys before the first token, and asking makes none', async () => {
    const { status, body } = await call(jwksGet, { caller: anonymous() })
    expect(status).toBe(200)
    expect(body).toEqual({ keys: [] })
    expect(await database.select().from(signingKeys)).toHaveLength(0)
  })

  test('200 every key that was made, two at once included, and a token verifies with them', async () => {
    const made = await Promise.all([makeSigningKey(env), makeSigningKey(env)])
    const { accessToken } = await insertSession()
    const { body, headers } = await call(jwksGet, { caller: anonymous() })
    const kids = body.keys.map(({ kid }: { kid: string }) => kid)
    expect(kids.toSorted()).toEqual(made.toSorted())
    const header = { alg: 'EdDSA', typ: 'at+jwt', kid: kids.at(-1) }
    expect(decodeProtectedHeader(accessToken)).toEqual(header)
    expect(await verifyAccessToken(accessToken, body)).toMatchObject({ ok: true })
    expect(headers.get('cache-control')).toBe('public, max-age=60')
  })

  test('200 without a private part, and the stored private part is sealed', async () => {
    const { body } = await call(jwksGet)
    for (const key of body.keys) expect(key).not.toHaveProperty('d')
    for (const { sealedPrivateJwk } of await database.select().from(signingKeys)) {
      expect(sealedPrivateJwk).toMatch(/^[\w-]+$/)
      expect(Buffer.from(sealedPrivateJwk, 'base64url').toString()).not.toContain('"d"')
    }
  })
})

describe('chooseSigner', () => {
  const at = 1_800_000_000_000
  const [old, settled, fresh] = [
    { createdAt: at - 9 * settledMilliseconds },
    { createdAt: at - settledMilliseconds },
    { createdAt: at - settledMilliseconds + 1 },
  ]

  test('the newest key that those who verify have had time to fetch', () => {
    expect(chooseSigner([fresh, settled, old], at)).toBe(settled)
  })

  test('the oldest while none has settled, nothing when there is none', () => {
    const fresher = { createdAt: at }
    expect(chooseSigner([fresher, fresh], at)).toBe(fresh)
    expect(chooseSigner([], at)).toBeUndefined()
  })
})
