import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { commitmentTo, drawBelow, drawsOf, wordsOf } from './fairness.ts'

const serverSeed = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0'
const source = { serverSeed, clientSeed: 'ada', nonce: 1, game: 'dice', version: 1 }

/** Words given one by one; throws when more are taken than there are. */
function* given(...words: number[]): Generator<number, never> {
  yield* words
  throw new Error('Too many words were taken.')
}

function chiSquare(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('fairness', () => {
  test('a commitment is SHA-256 of the seed as text', () => {
    const digest = createHash('sha256').update(serverSeed, 'utf8').digest('hex')
    expect(commitmentTo(serverSeed)).toBe(digest)
  })

  test('words are the HMAC of game:version:clientSeed:nonce:block, big-endian, block after block', () => {
    const blocks = [0, 1].map((block) =>
      createHmac('sha256', serverSeed).update(`dice:1:ada:1:${block}`).digest('hex'),
    )
    const expected = (blocks.join('').match(/.{8}/g) ?? []).map((hex) => Number.parseInt(hex, 16))
    expect(expected).toHaveLength(16)
    const words = wordsOf(source)
    expect(expected.map(() => words.next().value)).toEqual(expected)
  })

  test('a thousand draws equal those of five lines that know only the written rule', () => {
    for (let nonce = 1; nonce <= 1_000; nonce++) {
      const digest = createHmac('sha256', serverSeed).update(`dice:1:ada:${nonce}:0`).digest('hex')
      const words = (digest.match(/.{8}/g) ?? []).map((hex) => BigInt(`0x${hex}`))
      const fair = words.find((word) => word < (2n ** 32n / 100n) * 100n)
      expect(drawsOf({ ...source, nonce }, [100])).toEqual([Number((fair ?? 0n) % 100n)])
    }
  })

  test('golden values, for implementations in other languages', () => {
    expect(commitmentTo(serverSeed)).toBe(
      '331ab04caa328927f706627b812f4139f9ec42a6d61f17e468a70c41a48d8f67',
    )
    expect(drawsOf(source, [2, 6, 37, 52, 100])).toEqual([1, 4, 30, 29, 24])
  })

  test('each of seed, client seed, nonce, game and version changes the draws', () => {
    const bounds = [1_000_000, 1_000_000]
    const changed = [
      source,
      { ...source, serverSeed: serverSeed.replace('0', '1') },
      { ...source, clientSeed: 'grace' },
      { ...source, nonce: 2 },
      { ...source, game: 'coinflip' },
      { ...source, version: 2 },
    ]
    expect(new Set(changed.map((each) => drawsOf(each, bounds).join())).size).toBe(changed.length)
  })

  test('a word past the last whole multiple is skipped, because modulo alone would favour small numbers', () => {
    const bound = 3_000_000_000
    expect(drawBelow(given(bound, 2 ** 32 - 1, 7), bound)).toBe(7)
    expect(drawBelow(given(2 ** 32 - 96, 2 ** 32 - 97), 100)).toBe(99)
    expect(drawBelow(given(2 ** 32 - 1), 2)).toBe(1)
  })

  test('with a bound of three quarters of all words, each third is as likely: plain modulo would double the first', () => {
    const bound = 3 * 2 ** 30
    const counts = [0, 0, 0]
    for (let nonce = 1; nonce <= 30_000; nonce++) {
      const [draw = 0] = drawsOf({ ...source, nonce }, [bound])
      const third = Math.floor(draw / 2 ** 30)
      counts[third] = (counts[third] ?? 0) + 1
    }
    // 99.9 % of fair sources stay below this with 2 degrees of freedom.
    expect(chiSquare(counts)).toBeLessThan(13.82)
  })

  test.each([
    { bound: 2, critical: 10.83 },
    { bound: 100, critical: 148.23 },
  ])('100,000 draws below $bound pass chi-square at 99.9 %', ({ bound, critical }) => {
    const counts = Array.from({ length: bound }, () => 0)
    for (let nonce = 1; nonce <= 100_000; nonce++) {
      const [draw = 0] = drawsOf({ ...source, nonce }, [bound])
      counts[draw] = (counts[draw] ?? 0) + 1
    }
    expect(chiSquare(counts)).toBeLessThan(critical)
  })
})
