import { exports } from 'cloudflare:workers'
import { otherProject, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { commitmentTo } from './fairness.ts'
import type { GamesFairness } from './rpc-fairness.ts'
import { flip, makeCurrency, newUser, userWith } from './test-games.ts'

beforeAll(() => makeCurrency())

const fairness = () =>
  (exports as unknown as { GamesFairness: Service<typeof GamesFairness> }).GamesFairness

describe('GamesFairness', () => {
  test('rotates once per key: ten copies at once reveal one seed, the one that was committed to', async () => {
    const ada = await newUser()
    const before = await fairness().get(player(ada), ada)
    const wish = { userId: ada, clientSeed: 'lucky', key: 'interaction:1' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fairness().rotate(player(ada), wish)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    const [first] = answers
    if (!first?.ok) throw new Error('refused')
    const { closed, current } = first.value
    expect(commitmentTo(closed.serverSeed ?? '')).toBe(before.commitment)
    expect(current).toMatchObject({ clientSeed: 'lucky', commitment: before.nextCommitment })
    expect(await fairness().get(player(ada), ada)).toEqual(current)
    const other = await fairness().rotate(player(ada), { ...wish, clientSeed: 'other' })
    expect(other).toEqual({ ok: false, code: 'idempotency_conflict' })
  })

  test.each(['', 'with spaces', 'x'.repeat(65), 'žluť'])(
    'refuses the client seed %j and rotates nothing',
    async (clientSeed) => {
      const ada = await newUser()
      const before = await fairness().get(player(ada), ada)
      const wish = { userId: ada, clientSeed, key: 'interaction:1' }
      const answer = await fairness().rotate(player(ada), wish)
      expect(answer).toEqual({ ok: false, code: 'client_seed_invalid' })
      expect(await fairness().get(player(ada), ada)).toEqual(before)
    },
  )

  test('counts the rounds of a player, and shows nothing of them in another project', async () => {
    const ada = await userWith(100)
    expect(await fairness().figures(player(ada), ada)).toEqual([])
    await flip(ada)
    await flip(ada)
    const [figures] = await fairness().figures(player(ada), ada)
    expect(figures).toMatchObject({ gameId: 'coinflip', currency: 'COIN', plays: 2 })
    const stranger = { ...player(ada), projectId: otherProject }
    expect(await fairness().figures(stranger, ada)).toEqual([])
  })
})
