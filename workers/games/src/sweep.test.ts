import { exports } from 'cloudflare:workers'
import { player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { requestHash } from '@coinop/shared/hash'
import { claimDaily } from './daily.ts'
import { coinflip } from './games/coinflip.ts'
import { finishRound } from './play.ts'
import { beginRound, isRound, selectRounds } from './rounds.ts'
import { dailyClaims, dailyRewards, outbox } from './schema.ts'
import { overdueClaims, overdueRounds, sweep } from './sweep.ts'
import {
  available,
  bindings,
  entryKinds,
  eventsOf,
  flip,
  interrupt,
  makeCurrency,
  nextSide,
  newUser,
  roundOf,
  userWith,
} from './test-games.ts'

beforeAll(() => makeCurrency())

const db = drizzle(bindings.GAMES_DB)

/** A round that a crash left behind right after it was stored, over a minute ago. */
async function abandoned(userId: string, side: 'heads' | 'tails' = 'heads') {
  const begun = await beginRound(db, {
    player: { projectId: testProject, userId },
    game: coinflip,
    bet: 10,
    currency: 'COIN',
    clientSeed: undefined,
    choice: { side },
    idempotencyKey: crypto.randomUUID(),
    requestHash: requestHash('games.play', []),
  })
  if (!begun.ok) throw new Error(begun.code)
  await interrupt(begun.value.row.id)
  return begun.value.row
}

describe('sweep', () => {
  test('finishes a round that was never paid: outcome, money, score and event, once', async () => {
    const ada = await userWith(100)
    const side = await nextSide(ada)
    const { id } = await abandoned(ada, side)
    await sweep(bindings)
    await sweep(bindings)
    expect(await roundOf(id)).toMatchObject({ status: 'settled', outcome: { side }, payout: 20 })
    expect(await available(ada)).toBe(110)
    expect(await eventsOf(id)).toMatchObject([
      { data: { roundId: id, userId: ada, bet: 10, payout: 20, won: true, nonce: 1 } },
    ])
  })

  test('finishes a round whose money had moved: the same outcome and no second movement', async () => {
    const ada = await userWith(100)
    const { body: before } = await flip(ada)
    await interrupt(before.id)
    await sweep(bindings)
    const { outcome, payout, status } = await roundOf(before.id)
    expect({ outcome, payout, status }).toEqual({
      outcome: before.outcome,
      payout: before.payout,
      status: 'settled',
    })
    expect(await available(ada)).toBe(100 + before.net)
    expect((await entryKinds(ada)).filter((kind) => kind === 'stake')).toHaveLength(1)
  })

  test('what the wallet settled overrides a refusal by a try that met no currency', async () => {
    const ada = await userWith(100)
    const { body: before } = await flip(ada)
    const mark = (change: string) =>
      bindings.GAMES_DB.prepare(`UPDATE rounds SET ${change} WHERE id = ?`).bind(before.id).run()
    await mark(`status = 'open'`)
    const [round] = await selectRounds(db, isRound(testProject, before.id))
    if (!round) throw new Error('The round is gone.')
    await mark(`status = 'refused', refusal = 'currency_not_found'`)
    await finishRound(bindings, player(ada), round)
    expect(await roundOf(before.id)).toMatchObject({ status: 'settled', refusal: null })
  })

  test('refuses a round that the money does not cover', async () => {
    const ada = await userWith(5)
    const { id } = await abandoned(ada)
    await sweep(bindings)
    expect(await roundOf(id)).toMatchObject({ status: 'refused', refusal: 'insufficient_funds' })
    expect([await available(ada), (await eventsOf(id)).length]).toEqual([5, 0])
  })

  test('leaves alone a round that is younger than a minute', async () => {
    const ada = await userWith(100)
    const { id } = await abandoned(ada)
    await bindings.GAMES_DB.prepare(
      'UPDATE rounds SET created_at = created_at + 31000 WHERE id = ?',
    )
      .bind(id)
      .run()
    await sweep(bindings)
    expect((await roundOf(id)).status).toBe('open')
  })

  test('ten rounds and the sweep twice at once: each is settled once', async () => {
    const ada = await userWith(100)
    const rows = []
    for (let count = 0; count < 10; count++) rows.push(await abandoned(ada))
    while ((await overdueRounds(db)).length > 0) {
      await Promise.all([sweep(bindings), sweep(bindings)])
    }
    const rounds = await Promise.all(rows.map(({ id }) => roundOf(id)))
    const net = rounds.reduce((sum, round) => sum + (round.net ?? 0), 0)
    expect(rounds.filter(({ status }) => status === 'settled')).toHaveLength(10)
    expect(await available(ada)).toBe(100 + net)
    expect((await entryKinds(ada)).filter((kind) => kind === 'stake')).toHaveLength(10)
  })

  test('ends 60 rounds of 60 players in one run, and asks the wallet three times', async () => {
    const players = await Promise.all(Array.from({ length: 60 }, () => userWith(100)))
    const rows = []
    for (const userId of players) rows.push(await abandoned(userId))
    let asked = 0
    const settlements = new Proxy(bindings.WALLET_SETTLEMENTS, {
      get: (target, name: 'settleEach') => (input: never) => {
        asked += 1
        return target[name](input)
      },
    })
    await sweep({ ...bindings, WALLET_SETTLEMENTS: settlements })
    expect(asked).toBe(3)
    const rounds = await Promise.all(rows.map(({ id }) => roundOf(id)))
    expect(rounds.filter(({ status }) => status === 'settled')).toHaveLength(60)
    for (const [index, userId] of players.entries()) {
      expect(await available(userId)).toBe(100 + (rounds[index]?.net ?? 0))
      expect((await entryKinds(userId)).filter((kind) => kind === 'stake')).toHaveLength(1)
    }
  }, 60_000)

  test('pays a claim whose payment is not known, and does not pay one twice', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    await db
      .insert(dailyRewards)
      .values({ projectId: testProject, currency: 'COIN', amount: 50, updatedAt: 0 })
    for (const userId of [ada, grace]) {
      const claim = { userId, key: 'claim' }
      expect((await claimDaily(bindings, player(userId), claim)).ok).toBe(true)
    }
    const ofProject = eq(dailyClaims.projectId, testProject)
    await db.update(dailyClaims).set({ paidAt: null, createdAt: 0 }).where(ofProject)
    expect(await overdueClaims(db)).toHaveLength(2)
    await sweep(bindings)
    expect(await overdueClaims(db)).toEqual([])
    expect([await available(ada), await available(grace)]).toEqual([50, 50])
  })

  test('sends what the outbox holds, each event once', async () => {
    const ada = await userWith(100)
    const { body: round } = await flip(ada)
    await sweep(bindings)
    expect(await db.select().from(outbox)).toEqual([])
    expect(await eventsOf(round.id)).toHaveLength(1)
  })

  test('runs from the cron', async () => {
    const ada = await userWith(100)
    const { id } = await abandoned(ada)
    const worker = exports as unknown as { default: { scheduled(event: object): Promise<unknown> } }
    await worker.default.scheduled({ cron: '* * * * *' })
    expect((await roundOf(id)).status).toBe('settled')
  })

  test('finds overdue work by the partial indexes, without reading what is finished', async () => {
    const plans = [overdueRounds(db).toSQL(), overdueClaims(db).toSQL()].map(async (query) => {
      const { results } = await bindings.GAMES_DB.prepare(`EXPLAIN QUERY PLAN ${query.sql}`)
        .bind(...query.params)
        .all<{ detail: string }>()
      return results.map(({ detail }) => detail).join('\n')
    })
    const [ofRounds, ofClaims] = await Promise.all(plans)
    expect(ofRounds).toMatch(/rounds USING INDEX rounds_open/)
    expect(ofClaims).toMatch(/daily_claims USING INDEX daily_claims_unpaid/)
    expect(ofRounds).not.toMatch(/SCAN rounds$/m)
  })
})
