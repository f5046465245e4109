import { player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { findGame } from './games/index.ts'
import { play } from './play.ts'
import { sendEvents } from './sweep.ts'
import { bindings, makeCurrency, userWith } from './test-games.ts'

beforeAll(() => makeCurrency())

/** Of this Worker: the round with its indexes, its end, the session and the score. The whole play: tests/budgets.test.ts. */
const playRowsMax = 7

/** Counts the rows that are written through this environment, by the runtime's own counters. */
function counting(): { env: GamesEnv; rows: () => number } {
  let written = 0
  const database = {
    prepare: (query: string) => counted(bindings.GAMES_DB.prepare(query)),
    batch: async (statements: (D1PreparedStatement & { inner?: D1PreparedStatement })[]) => {
      const inner = statements.map((statement) => statement.inner ?? statement)
      const results = await bindings.GAMES_DB.batch(inner)
      for (const { meta } of results) written += meta.rows_written
      return results
    },
  }
  const counted = (inner: D1PreparedStatement): unknown => ({
    inner,
    bind: (...values: unknown[]) => counted(inner.bind(...values)),
    all: async () => note(await inner.all()),
    run: async () => note(await inner.run()),
    raw: async () => {
      const { results, meta } = await inner.all()
      written += meta.rows_written
      return results.map((row) => Object.values(row))
    },
  })
  const note = <T extends { meta: { rows_written: number } }>(result: T): T => {
    written += result.meta.rows_written
    return result
  }
  return { env: { ...bindings, GAMES_DB: database } as unknown as GamesEnv, rows: () => written }
}

describe('rows written', () => {
  test('a play writes no more than its round, its session and its score', async () => {
    const ada = await userWith(1_000)
    const game = findGame('dice')!
    const order = { userId: ada, game, bet: 10, currency: 'COIN', clientSeed: undefined }
    const choice = { direction: 'over', target: 50 }
    const playWith = (env: GamesEnv, key: string) =>
      play(env, player(ada), { ...order, choice, key })
    // The first one also makes the pair of seeds and the score.
    await playWith(bindings, 'first')
    await sendEvents(bindings)
    const { env, rows } = counting()
    expect(await playWith(env, 'second')).toMatchObject({ ok: true })
    await sendEvents(env)
    expect(rows()).toBeGreaterThan(5)
    expect(rows()).toBeLessThanOrEqual(playRowsMax)
  })
})
