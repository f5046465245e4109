import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenSeconds,
  memberTokenAudience,
  verifyAccessToken,
  verifyMemberToken,
} from './access-token.ts'
import { now } from './clock.ts'

const kid = 'key-1'
const userId = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3'
const projectId = 'prj_01k9x6c3v5t8r2m4n7p0q1s2w3'
const sessionId = 'ses_01k9x6c3v5t8r2m4n7p0q1s2w3'
const seconds = Math.floor(now() / 1000)
const claims = {
  iss: accessTokenIssuer,
  aud: accessTokenAudience,
  sub: userId,
  pid: projectId,
  sid: sessionId,
  scope: '',
  iat: seconds,
  nbf: seconds,
  exp: seconds + accessTokenSeconds,
  jti: 'one',
}
const header = { alg: 'EdDSA', typ: 'at+jwt', kid }

let privateKey: CryptoKey
let jwks: JSONWebKeySet
let publicBytes: Uint8Array

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  privateKey = pair.privateKey
  const jwk = await exportJWK(pair.publicKey)
  publicBytes = Buffer.from(jwk.x ?? '', 'base64url')
  jwks = { keys: [{ ...jwk, kid, alg: 'EdDSA', use: 'sig' }] }
})

const sign = (
  change: object = {},
  headerChange: object = {},
  key: CryptoKey | Uint8Array = privateKey,
) =>
  new SignJWT({ ...claims, ...change }).setProtectedHeader({ ...header, ...headerChange }).sign(key)
const refusalOf = async (token: string) => {
  const verified = await verifyAccessToken(token, jwks)
  return verified.ok ? 'accepted' : verified.code
}

describe('verifyAccessToken', () => {
  test('accepts what auth signs, and answers what it says', async () => {
    expect(await verifyAccessToken(await sign({ scope: 'a b' }), jwks)).toEqual({
      ok: true,
      value: { userId, projectId, sessionId, scopes: ['a', 'b'], expiresAt: claims.exp * 1000 },
    })
    expect(await verifyAccessToken(await sign(), jwks)).toMatchObject({ value: { scopes: [] } })
  })

  test('accepts a token of either key while keys overlap', async () => {
    const next = await generateKeyPair('EdDSA', { extractable: true })
    const nextJwk = { ...(await exportJWK(next.publicKey)), kid: 'key-2', alg: 'EdDSA', use: 'sig' }
    const both = { keys: [nextJwk, ...jwks.keys] }
    const newer = await sign({}, { kid: 'key-2' }, next.privateKey)
    expect(await verifyAccessToken(await sign(), both)).toMatchObject({ ok: true })
    expect(await verifyAccessToken(newer, both)).toMatchObject({ ok: true })
    expect(await refusalOf(newer)).toBe('unknown_key')
  })

  test('allows 30 seconds between clocks, and not more', async () => {
    const expired = (by: number) =>
      sign({ iat: seconds - 600, nbf: seconds - 600, exp: seconds - by })
    expect(await refusalOf(await expired(25))).toBe('accepted')
    expect(await refusalOf(await expired(35))).toBe('token_expired')
    expect(await refusalOf(await sign({ nbf: seconds + 25 }))).toBe('accepted')
    expect(await refusalOf(await sign({ nbf: seconds + 60 }))).toBe('invalid_token')
  })

  test('refuses a token that claims to live longer than tokens do', async () => {
    const old = { iat: seconds - 700, nbf: seconds - 700, exp: seconds + 10_000 }
    expect(await refusalOf(await sign(old))).toBe('token_expired')
  })

  test.each<[string, object, object]>([
    ['another issuer', { iss: 'other' }, {}],
    ['another audience', { aud: 'other' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['no beginning', { nbf: undefined }, {}],
    ['no time of issue', { iat: undefined }, {}],
    ['no user', { sub: undefined }, {}],
    ['something else as the user', { sub: 'key_01k9x6c3v5t8r2m4n7p0q1s2w3' }, {}],
    ['no project', { pid: undefined }, {}],
    ['a path as the project', { pid: '../prj' }, {}],
    ['no session', { sid: undefined }, {}],
    ['no scope', { scope: undefined }, {}],
    ['no id', { jti: undefined }, {}],
    ['another type', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['no key id', {}, { kid: undefined }],
    ['the other name of the algorithm', {}, { alg: 'Ed25519' }],
  ])('refuses a token with %s', async (_, change, headerChange) => {
    expect(await refusalOf(await sign(change, headerChange))).toBe('invalid_token')
  })

  test('refuses a token of an unknown key as one, so that newer keys can be fetched', async () => {
    expect(await refusalOf(await sign({}, { kid: 'key-9' }))).toBe('unknown_key')
  })

  test('refuses a token that another key signed', async () => {
    const other = await generateKeyPair('EdDSA')
    expect(await refusalOf(await sign({}, {}, other.privateKey))).toBe('invalid_token')
  })

  test('refuses an HMAC made with the public key, and a token without a signature', async () => {
    expect(await refusalOf(await sign({}, { alg: 'HS256' }, publicBytes))).toBe('invalid_token')
    expect(await refusalOf(new UnsecuredJWT(claims).encode())).toBe('invalid_token')
  })

  test('refuses all of 5,000 tokens that differ from a good one in one character', async () => {
    const token = await sign()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ '
    const mutations = new Set<string>()
    for (let round = 1; mutations.size < 5_000; round++) {
      // From the end: the last characters are where base64url has several spellings for the same bytes.
      const at = token.length - 1 - (round % token.length)
      const other = alphabet[Math.floor(round / token.length) % alphabet.length] ?? ''
      const mutated = `${token.slice(0, at)}${other}${token.slice(at + 1)}`
      if (mutated !== token) mutations.add(mutated)
    }
    for (const other of alphabet) mutations.add(`${token.slice(0, -1)}${other}`)
    mutations.delete(token)
    const verdicts = new Set<string>()
    for (const mutated of mutations) verdicts.add(await refusalOf(mutated))
    expect(verdicts).not.toContain('accepted')
  })

  test.each([
    ['nothing', ''],
    ['dots', '..'],
    ['a null character', '\0.\0.\0'],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['JSON that is no object', `${btoa('[]')}.${btoa('1')}.${'A'.repeat(86)}`],
    ['no JSON', `${btoa('{')}.${btoa('{')}.${'A'.repeat(86)}`],
    ['a polluting header', `${btoa('{"__proto__":{"kid":"x"}}')}.e30.${'A'.repeat(86)}`],
  ])('refuses %s, and does not throw', async (_, token) => {
    expect(await refusalOf(token)).toBe('invalid_token')
  })

  test('refuses everything when there are no keys', async () => {
    expect(await verifyAccessToken(await sign(), { keys: [] })).toMatchObject({ ok: false })
  })
})

describe('verifyMemberToken', () => {
  const [memberId, tenantId] = [userId.replace('usr', 'mem'), projectId.replace('prj', 'ten')]
  const ofMember = { aud: memberTokenAudience, sub: memberId, tid: tenantId }

  test('accepts what auth signs for a member, and answers what it says', async () => {
    const verified = await verifyMemberToken(await sign(ofMember), jwks)
    expect(verified).toEqual({ ok: true, value: { memberId, tenantId, sessionId } })
  })

  test("a player's token is never a member's, a member's never a player's, and a time is a whole number", async () => {
    expect(await verifyMemberToken(await sign(), jwks)).toMatchObject({ ok: false })
    expect(await refusalOf(await sign(ofMember))).toBe('invalid_token')
    for (const change of [
      { ...ofMember, sub: userId },
      { ...ofMember, tid: projectId },
      { ...ofMember, exp: claims.exp + 0.5 },
      { ...ofMember, exp: 1.5e300 },
    ]) {
      expect(await verifyMemberToken(await sign(change), jwks)).toMatchObject({ ok: false })
    }
    const swapped = await sign({ aud: memberTokenAudience })
    expect(await verifyMemberToken(swapped, jwks)).toMatchObject({ ok: false })
    expect(await refusalOf(await sign({ sub: memberId }))).toBe('invalid_token')
  })
})
