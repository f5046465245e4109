import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from './workers.ts'

type Vector = Record<string, unknown> & { gameId: string; payout: number; serverSeed: string }
type Verdict = { isRight: boolean; checks: { name: string; isRight: boolean }[] }
// By path: a script without types, and Worker code whose types are those of its own runtime.
const load = (path: string) => import(join(repository, path)) as Promise<Record<string, never>>
const { parseRounds, verifyRound } = (await load('tools/fair-verify.mjs')) as unknown as {
  parseRounds: (text: string) => Vector[]
  verifyRound: (round: object) => Promise<Verdict>
}
const { fairVectors, vectorsCount, vectorsFile, written } = (await load(
  'tools/fair-vectors.ts',
)) as unknown as {
  fairVectors: () => Vector[]
  vectorsCount: number
  vectorsFile: string
  written: (vectors: Vector[]) => string
}
const committed = readFileSync(vectorsFile, 'utf8')
const vectors = parseRounds(committed)
const script = join(repository, 'tools/fair-verify.mjs')

describe('a thousand golden rounds', () => {
  test('are what the server plays today, byte for byte', () => {
    expect(vectors).toHaveLength(vectorsCount)
    expect(written(fairVectors()) === committed).toBe(true)
  }, 60_000)

  test('are what the verifier repeats, which shares no code with the server', async () => {
    for (const vector of vectors) {
      expect(await verifyRound(vector)).toMatchObject({ isRight: true })
    }
    expect(readFileSync(script, 'utf8')).not.toMatch(/^import |from '\.|import\('\./m)
  }, 60_000)

  test('have every game with wins and losses, and every result of blackjack', () => {
    for (const [game, rounds] of Map.groupBy(vectors, ({ gameId }) => gameId)) {
      expect(rounds.length, game).toBeGreaterThan(150)
      const won = rounds.filter(({ payout }) => payout > 0).length
      expect([won > 0, won < rounds.length], game).toEqual([true, true])
    }
    const results = vectors.map(({ outcome }) => (outcome as { result?: string }).result)
    for (const result of ['blackjack', 'win', 'push', 'lose', 'bust']) {
      expect(results).toContain(result)
    }
  })
})

describe('fair-verify', () => {
  const [vector] = vectors.filter(({ gameId }) => gameId === 'dice') as [Vector]

  test.each([
    ['commitment', 'f'.repeat(64)],
    ['serverSeed', 'f'.repeat(64)],
    ['clientSeed', 'another'],
    ['nonce', 999],
    ['outcome', { roll: 0 }],
    ['payout', 1],
    ['staked', 2],
  ])('says that a round with another %s is wrong', async (field, value) => {
    const { isRight, checks } = await verifyRound({ ...vector, [field]: value })
    expect(isRight).toBe(false)
    expect(checks.some((check) => !check.isRight)).toBe(true)
  })

  test('refuses a round whose seed is hidden, and rules that it does not know', async () => {
    await expect(verifyRound({ ...vector, serverSeed: null })).rejects.toThrow('not revealed')
    await expect(verifyRound({ ...vector, gameVersion: 99 })).rejects.toThrow('not known')
  })

  test('ends with 0 for what is right, 1 for what is wrong, 2 for what is no round', () => {
    const run = (text: string) =>
      spawnSync(process.execPath, [script, '-'], { input: text, encoding: 'utf8' })
    expect(run(JSON.stringify(vector))).toMatchObject({ status: 0 })
    const wrong = run(JSON.stringify({ ...vector, payout: 5 }))
    expect(wrong.status).toBe(1)
    expect(wrong.stdout).toContain('The payout follows from the outcome: claimed 5')
    expect(run('no round').status).toBe(2)
    const all = execFileSync(process.execPath, [script, vectorsFile], { encoding: 'utf8' })
    expect(all.match(/^right/gm)).toHaveLength(vectorsCount)
  }, 60_000)
})
