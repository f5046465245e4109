/** From a pair of seeds and a nonce to the integers that decide a round: pure, so that a player can repeat it anywhere. */
import { createHmac } from 'node:crypto'
import { sha256 } from '@coinop/shared/hash'

export type DrawSource = {
  /** 64 characters of hex; keyed into the HMAC as that text, not as the bytes it stands for. */
  serverSeed: string
  clientSeed: string
  /** Counts the rounds of a pair of seeds: 1, 2, 3 … */
  nonce: number
  game: string
  version: number
}

/** What is shown before the first round: SHA-256 of the server seed's text, in hex. */
export const commitmentTo = (serverSeed: string): string => sha256(serverSeed)

/** An endless row of 32-bit integers: HMAC-SHA256 over `game:version:clientSeed:nonce:block`, eight a block, big-endian. */
export function* wordsOf(source: DrawSource): Generator<number, never> {
  const { serverSeed, clientSeed, nonce, game, version } = source
  for (let block = 0; ; block++) {
    const message = `${game}:${version}:${clientSeed}:${nonce}:${block}`
    const digest = createHmac('sha256', serverSeed).update(message).digest()
    for (let offset = 0; offset < digest.length; offset += 4) yield digest.readUInt32BE(offset)
  }
}

const wordCount = 2 ** 32

/** An integer from 0 to `bound - 1`, each equally likely: words past the last whole multiple of `bound` are skipped. */
export function drawBelow(words: Iterator<number, never>, bound: number): number {
  const fair = wordCount - (wordCount % bound)
  let word = words.next().value
  while (word >= fair) word = words.next().value
  return word % bound
}

/** One integer per bound, in order. */
export function drawsOf(source: DrawSource, bounds: readonly number[]): number[] {
  const words = wordsOf(source)
  return bounds.map((bound) => drawBelow(words, bound))
}
