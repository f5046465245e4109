import { beforeAll, describe, expect, test } from 'vitest'
import { isFresh, isSigned, type SignedRequest } from './signature.ts'
import { type Identity, newIdentity, sign } from './testing/identity.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const random = (below: number) => crypto.getRandomValues(new Uint32Array(1))[0]! % below
const flipHex = (text: string, at: number) =>
  text.slice(0, at) + (Number.parseInt(text[at] ?? '0', 16) ^ 1).toString(16) + text.slice(at + 1)

let discord: Identity
let somebodyElse: Identity
beforeAll(async () => {
  discord = await newIdentity()
  somebodyElse = await newIdentity()
})

async function signedBy(identity: Identity, body: Uint8Array): Promise<SignedRequest> {
  const timestamp = String(1_700_000_000 + random(100_000_000))
  const signature = await sign(identity, timestamp, body)
  return { publicKey: identity.publicKey, signature, timestamp, body }
}

/** JSON with a random length, so that blocks of every size are met. */
const randomBody = () => {
  const noise = [...crypto.getRandomValues(new Uint8Array(random(300)))].join(',')
  return encode(JSON.stringify({ id: crypto.randomUUID(), noise }))
}

/** The ways to spoil a request, each in one place chosen at random. */
const spoilers: Record<string, (good: SignedRequest) => SignedRequest | Promise<SignedRequest>> = {
  'a flipped bit in the body': (good) => {
    const body = good.body.slice()
    const at = random(body.length)
    body[at] = body[at]! ^ (1 << random(8))
    return { ...good, body }
  },
  'a flipped bit in the signature': (good) => ({
    ...good,
    signature: flipHex(good.signature, random(128)),
  }),
  'another timestamp': (good) => ({ ...good, timestamp: String(Number(good.timestamp) + 1) }),
  'another key': (good) => ({ ...good, publicKey: somebodyElse.publicKey }),
  'a signature of somebody else': async (good) => ({
    ...good,
    signature: await sign(somebodyElse, good.timestamp, good.body),
  }),
  'the body rewritten by a parser': (good) => ({
    ...good,
    body: encode(JSON.stringify(JSON.parse(new TextDecoder().decode(good.body)), null, 1)),
  }),
  'a byte order mark before the body': (good) => ({
    ...good,
    body: new Uint8Array([0xef, 0xbb, 0xbf, ...good.body]),
  }),
  'no body': (good) => ({ ...good, body: new Uint8Array() }),
  'a digit moved from the timestamp into the body': (good) => ({
    ...good,
    timestamp: `${good.timestamp}1`,
    body: good.body.slice(1),
  }),
}

describe('isSigned', () => {
  test('1,000 good requests pass and 1,000 spoiled ones do not', async () => {
    const ways = Object.entries(spoilers)
    const wrong: string[] = []
    for (let round = 0; round < 1_000; round++) {
      const good = await signedBy(discord, randomBody())
      if (!(await isSigned(good))) wrong.push(`refused a good one, round ${round}`)
      const [way, spoil] = ways[round % ways.length]!
      if (await isSigned(await spoil(good))) wrong.push(`accepted ${way}, round ${round}`)
    }
    expect(wrong).toEqual([])
  })

  test.each([
    ['empty', 0],
    ['of one byte', 1],
    ['of a megabyte', 1_048_576],
    ['of two megabytes', 2_097_152],
  ])('true for a body %s, false when its signature is for another', async (_, length) => {
    const good = await signedBy(discord, new Uint8Array(length).fill(7))
    expect(await isSigned(good)).toBe(true)
    expect(await isSigned({ ...good, body: new Uint8Array(length + 1).fill(7) })).toBe(false)
  })

  test('true for hex in capitals, which is the same number', async () => {
    const good = await signedBy(discord, encode('{}'))
    expect(await isSigned({ ...good, signature: good.signature.toUpperCase() })).toBe(true)
  })

  test.each([
    ['signature', ''],
    ['signature', 'ab'],
    ['signature', `${'0'.repeat(127)}g`],
    ['signature', ` ${'0'.repeat(127)}`],
    ['signature', '0'.repeat(129)],
    ['signature', `${'0'.repeat(128)}\n`],
    ['publicKey', ''],
    ['publicKey', 'f'.repeat(64)],
    ['publicKey', '0'.repeat(63)],
    ['publicKey', 'z'.repeat(64)],
    ['timestamp', ''],
    ['timestamp', '-1'],
    ['timestamp', '1e9'],
    ['timestamp', '1700000000 '],
    ['timestamp', '١٧٠٠٠٠٠٠٠٠'],
  ])('false, and nothing thrown, for the %s %j', async (part, value) => {
    const good = await signedBy(discord, encode('{}'))
    expect(await isSigned({ ...good, [part]: value })).toBe(false)
  })
})

describe('isFresh', () => {
  const now = 1_800_000_000_000
  test.each([
    [0, true],
    [300, true],
    [301, false],
    [-60, true],
    [-61, false],
    [86_400, false],
  ])('a timestamp %i seconds old: %s', (age, fresh) => {
    expect(isFresh(String(now / 1_000 - age), now)).toBe(fresh)
  })

  test.each(['', 'now', '1.8e9', 'NaN', '-1', '1800000000.5'])('false for %j', (timestamp) => {
    expect(isFresh(timestamp, now)).toBe(false)
  })
})
