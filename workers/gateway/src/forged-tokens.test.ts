import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { signingKeys } from '@coinop/auth/schema'
import {
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenSeconds,
  memberTokenAudience,
} from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { drizzle } from 'drizzle-orm/d1'
import { decodeJwt, exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import { beforeAll, expect, test, vi } from 'vitest'
import { app } from './app.ts'
import { bindings, fetchGateway, newKey, newProject } from './test-project.ts'

type Json = Record<string, unknown>

const tokensMin = 5_000
const kid = 'known-to-the-test'
const text = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

let ours: { publicKey: CryptoKey; privateKey: CryptoKey }
let theirs: typeof ours
let publicJwk: JWK
let publicPem = ''
let attackersJwk: JWK
/** What the player's and the member's real tokens say. */
let player: Json = {}
let member: Json = {}
let playerToken = ''

beforeAll(async () => {
  ours = await generateKeyPair('EdDSA', { extractable: true })
  theirs = await generateKeyPair('EdDSA', { extractable: true })
  publicJwk = await exportJWK(ours.publicKey)
  publicPem = await exportSPKI(ours.publicKey)
  attackersJwk = await exportJWK(theirs.publicKey)
  const email = `${crypto.randomUUID()}@example.com`
  const json = { email, password: 'correct horse battery staple', name: 'Ada Games' }
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const init = { method: 'POST', body: JSON.stringify(body) }
    const sent = { 'content-type': 'application/json', ...headers }
    return (await fetchGateway(path, { ...init, headers: sent })).json<{ accessToken: string }>()
  }
  const { name: _, ...account } = json
  const key = await newKey(await newProject(), 'publishable', [])
  playerToken = (await post('/v1/signup', account, { 'x-api-key': key })).accessToken
  player = decodeJwt(playerToken)
  member = decodeJwt((await post('/v1/tenants', json)).accessToken)
  // A key of which the test has both halves, so that nothing but what is wrong about a token can refuse it. Too new
  // for `auth` to sign with it.
  const { x = '' } = publicJwk
  const row = { kid, publicJwk: { kty: 'OKP', crv: 'Ed25519', x } as const }
  await drizzle(bindings.AUTH_DB)
    .insert(signingKeys)
    .values({ ...row, sealedPrivateJwk: 'nowhere', createdAt: now() })
})

/** A compact JWS of whatever these three are. */
async function signed(head: unknown, payload: unknown, by: CryptoKey | string): Promise<string> {
  const content = `${text(head)}.${text(payload)}`
  const bytes = new TextEncoder().encode(content)
  if (typeof by !== 'string') {
    const signature = await crypto.subtle.sign('Ed25519', by, bytes)
    return `${content}.${Buffer.from(signature).toString('base64url')}`
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Buffer.from(by, 'latin1'), algorithm, false, [
    'sign',
  ])
  const mac = await crypto.subtle.sign('HMAC', key, bytes)
  return `${content}.${Buffer.from(mac).toString('base64url')}`
}

const header: Json = { alg: 'EdDSA', typ: 'at+jwt', kid }
/** Signed by our own key, with something wrong in it. */
const own = (claims: Json, change: Json, head: Json = {}) =>
  signed({ ...header, ...head }, { ...claims, ...change }, ours.privateKey)
/** With everything right but the signature. */
const foreign = (claims: Json, head: Json = {}) =>
  signed({ ...header, ...head }, claims, theirs.privateKey)

/** Mulberry32: the same tokens again for the same seed. */
function randomOf(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
type Random = ReturnType<typeof randomOf>
const pick = <T>(random: Random, values: readonly T[]): T => values[random(values.length)]!

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
function withOtherCharacter(token: string, random: Random, characters: string): string {
  const at = random(token.length)
  const other = pick(
    random,
    characters.split('').filter((each) => each !== token[at]),
  )
  return token.slice(0, at) + other + token.slice(at + 1)
}

/** One bit of one part, as bytes: header, payload or signature. */
function withOtherBit(token: string, random: Random): string {
  const parts = token.split('.')
  const part = random(3)
  const bytes = Buffer.from(parts[part] ?? '', 'base64url')
  const at = random(bytes.length)
  bytes[at] = bytes[at]! ^ (1 << random(8))
  return parts.with(part, bytes.toString('base64url')).join('.')
}

const evil = 'https://attacker.example/jwks.json'
const wrongTimes = ['9999999999', null, true, [], {}, -1, 0, 1, 1.5e300, 'NaN', '']
const names = ['iss', 'aud', 'sub', 'sid', 'iat', 'nbf', 'exp', 'jti'] as const

/** A way of forging: of a player's or a member's claims. */
type Forge = (claims: Json, random: Random, good: string) => string | Promise<string>

/** Properly signed, so that one wrong thing is all there is to refuse. */
const wrongInside: Record<string, Forge> = {
  'exp that is no time': (claims, random) => own(claims, { exp: pick(random, wrongTimes) }),
  'exp with a fraction': (claims, random) =>
    own(claims, { exp: Number(claims['exp']) + (1 + random(9)) / 10 }),
  'nbf that is no time': (claims, random) =>
    own(claims, { nbf: pick(random, ['1', null, true, []]) }),
  'nbf in the future': (claims, random) => own(claims, { nbf: seconds() + 40 + random(1e6) }),
  'iat in the future': (claims, random) => own(claims, { iat: seconds() + 40 + random(1e6) }),
  'iat long ago': (claims, random) =>
    own(claims, { iat: seconds() - accessTokenSeconds - 40 - random(1e6) }),
  'another issuer': (claims, random) =>
    own(claims, { iss: pick(random, ['coinop ', 'Coinop', '', evil, 7, [accessTokenIssuer]]) }),
  'another audience': (claims, random) =>
    own(claims, { aud: pick(random, ['', 'coinop', 'coinop-api ', 7, [], {}, evil]) }),
  'the audience of the other kind': (claims) =>
    own(claims, {
      aud: claims['aud'] === accessTokenAudience ? memberTokenAudience : accessTokenAudience,
    }),
  'the subject of the other kind': (claims) =>
    own(claims, { sub: claims === player ? member['sub'] : player['sub'] }),
  'a claim missing': (claims, random) => own(claims, { [pick(random, names)]: undefined }),
  'an id that is none': (claims, random) =>
    own(claims, {
      [pick(random, ['sub', 'sid'])]: pick(random, ['', '*', 7, null, '../x', "' --"]),
    }),
  'another type': (claims, random) =>
    own(claims, {}, { typ: pick(random, ['JWT', 'jwt', '', 'at+jwt+jwt', undefined, 7]) }),
  'another name of the algorithm': (claims, random) =>
    own(claims, {}, { alg: pick(random, ['Ed25519', 'eddsa', 'ES256', 'RS256', '', undefined]) }),
  'a key that nobody has': (claims, random) =>
    own(
      claims,
      {},
      { kid: pick(random, ['', '../key', 'x'.repeat(99), 7, null, ['a'], `${kid} `]) },
    ),
  'an extension that must be understood': (claims, random) =>
    own(claims, { b64: false }, { crit: [pick(random, ['exp', 'b64', 'x'])], b64: false }),
  'a token inside': async (claims) =>
    signed({ ...header, cty: 'JWT' }, await own(claims, {}), ours.privateKey),
  'a payload that is no object': (_, random) =>
    signed(header, pick(random, ['[]', 'null', '7', '"x"', '{', '']), ours.privateKey),
}

/** Not signed by us. */
const wrongSignature: Record<string, Forge> = {
  'no algorithm': (claims, random) => {
    const alg = pick(random, ['none', 'None', 'NONE', 'nOnE'])
    return `${text({ ...header, alg })}.${text(claims)}.${pick(random, ['', 'A'.repeat(86)])}`
  },
  'HMAC with the public key': (claims, random) =>
    signed(
      { ...header, alg: 'HS256' },
      claims,
      pick(random, [
        Buffer.from(publicJwk.x ?? '', 'base64url').toString('latin1'),
        publicJwk.x ?? '',
        JSON.stringify(publicJwk),
        publicPem,
      ]),
    ),
  'another key': (claims) => foreign(claims),
  'another key, inside the token': (claims) => foreign(claims, { jwk: attackersJwk }),
  'a place to fetch the key from': (claims, random) =>
    foreign(claims, { [pick(random, ['jku', 'x5u'])]: evil, kid: pick(random, [kid, 'theirs']) }),
  'a certificate': (claims) => foreign(claims, { x5c: [attackersJwk.x], x5t: 'x' }),
  'an expiry far away': (claims) => foreign({ ...claims, exp: Number.MAX_SAFE_INTEGER }),
  'claims twice': (claims, random) => {
    const name = pick(random, names)
    const twice = JSON.stringify(claims).replace('{', `{"${name}":${JSON.stringify(claims[name])},`)
    return signed(header, twice, theirs.privateKey)
  },
  'claims exchanged': (claims, random, good) => {
    const [head, , signature] = good.split('.')
    const sub = claims === player ? newId('usr') : newId('mem')
    return [head, text({ ...claims, sub, jti: random(1e9) }), signature].join('.')
  },
}

/** A good token, spoilt. */
const spoilt: Record<string, Forge> = {
  'one bit': (_, random, good) => withOtherBit(good, random),
  'one character': (_, random, good) => withOtherCharacter(good, random, alphabet),
  'one character of another alphabet': (_, random, good) =>
    withOtherCharacter(good, random, '+/=,;:!*~%"{} \t'),
  'cut off': (_, random, good) => good.slice(0, random(good.length - 1)),
  'cut off in front': (_, random, good) => good.slice(1 + random(good.length - 1)),
  'a part missing': (_, random, good) => good.split('.').toSpliced(random(3), 1).join('.'),
  'a part twice': (_, random, good) => {
    const parts = good.split('.')
    return parts.toSpliced(random(4), 0, pick(random, parts)).join('.')
  },
  'parts exchanged': (_, random, good) => {
    const [a, b, c] = good.split('.')
    return pick(random, [
      [b, a, c],
      [c, b, a],
      [a, c, b],
      [b, c, a],
    ]).join('.')
  },
  padding: (_, random, good) => good + '='.repeat(1 + random(3)),
  'other capitals': (_, random, good) => pick(random, [good.toLowerCase(), good.toUpperCase()]),
  'a header of 8 KB': (claims, random) => own(claims, {}, { x: 'x'.repeat(8_000 + random(100)) }),
  'a header of 60 KB': (claims, random) => own(claims, {}, { x: 'x'.repeat(60_000 + random(100)) }),
}

const seconds = () => Math.floor(now() / 1_000)
const forges = Object.entries({ ...wrongInside, ...wrongSignature, ...spoilt })

test('401 for 5,000 forged tokens; none asks the database about a session or a member, none makes a call outside', async () => {
  const calls: string[] = []
  const lookups = new Proxy(bindings.AUTH_LOOKUPS, {
    get:
      (target, name) =>
      (...values: unknown[]) => {
        calls.push(String(name))
        const methods = target as unknown as Record<string, (...all: unknown[]) => unknown>
        return methods[String(name)]!(...values)
      },
  })
  const env = { ...bindings, AUTH_LOOKUPS: lookups }
  const statusOf = async (path: string, token: string) => {
    const context = createExecutionContext()
    const headers = { authorization: `Bearer ${token}` }
    const { status } = await app.fetch(
      new Request(`http://gateway${path}`, { headers }),
      env,
      context,
    )
    await waitOnExecutionContext(context)
    return status
  }
  const good = { '/v1/me': await own(player, {}), '/v1/tenants/me': await own(member, {}) }
  // Otherwise what follows would be refused for another reason.
  for (const [path, token] of Object.entries(good)) expect(await statusOf(path, token)).toBe(200)
  const outside = vi.spyOn(globalThis, 'fetch')
  calls.length = 0

  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1))
  console.log(`seed ${seed}`)
  const random = randomOf(seed)
  const accepted: object[] = []
  const sent = new Map<string, number>()
  let total = 0
  while (total < tokensMin) {
    for (const [name, forge] of forges) {
      const isMember = random(2) === 1
      const [path, claims] = isMember
        ? (['/v1/tenants/me', member] as const)
        : (['/v1/me', player] as const)
      const token = await forge(claims, random, good[path])
      const status = await statusOf(path, token)
      if (status !== 401) accepted.push({ name, path, status, token: token.slice(0, 2_000) })
      sent.set(name, (sent.get(name) ?? 0) + 1)
      total += 1
    }
  }
  expect(accepted).toEqual([])
  expect(Math.min(...sent.values())).toBeGreaterThan(100)
  expect(outside).not.toHaveBeenCalled()
  // The keys are asked for anew when a token names one that is not known, and then not for a minute.
  expect(calls.filter((name) => name !== 'jwks')).toEqual([])
  expect(calls.length).toBeLessThanOrEqual(3)
  for (const [path, token] of Object.entries(good)) expect(await statusOf(path, token)).toBe(200)
}, 120_000)
