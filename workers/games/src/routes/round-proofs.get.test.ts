import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { commitmentTo } from '../fairness.ts'
import { dealt, roundAct } from '../test-blackjack.ts'
import { flip, makeCurrency, newUser, roundOf, userWith } from '../test-games.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { roundProofsGet } from './round-proofs.get.ts'

beforeAll(() => makeCurrency())

const proofOf = async (userId: string, roundId: string) =>
  (await call(roundProofsGet, { params: { roundId }, caller: player(userId) })).body

describe('round-proofs.get', () => {
  test('200 all that it takes to repeat the round; the seed once the pair was rotated', async () => {
    const ada = await userWith(100)
    const { body } = await flip(ada, { clientSeed: 'lucky' })
    const before = await proofOf(ada, body.id)
    const { proof, choice, bet, staked, outcome, payout, actions } = await roundOf(body.id)
    expect(before).toMatchObject({ roundId: body.id, gameId: 'coinflip', serverSeed: null })
    expect(before).toMatchObject({ choice, bet, staked, outcome, payout, actions })
    expect(before).toMatchObject({ clientSeed: 'lucky', nonce: 1, commitment: proof.commitment })
    await call(fairnessRotate, { caller: player(ada), json: {} })
    const { serverSeed, ...rest } = await proofOf(ada, body.id)
    expect(commitmentTo(serverSeed)).toBe(rest.commitment)
    expect({ ...rest, serverSeed: null }).toEqual(before)
  })

  test('200 without the seed as long as a round of the pair waits for its player', async () => {
    const ada = await userWith(100)
    const { body: coin } = await flip(ada)
    const { body } = await dealt(ada, ['stand'], 'win')
    await call(fairnessRotate, { caller: player(ada), json: {} })
    for (const id of [coin.id, body.id]) {
      expect((await proofOf(ada, id)).serverSeed).toBeNull()
    }
    await roundAct(ada, body.id, { action: 'stand', step: 0 })
    expect((await proofOf(ada, coin.id)).serverSeed).not.toBeNull()
  })

  test('404 not_found for another player, another project and for nothing', async () => {
    const ada = await userWith(100)
    const params = { roundId: (await flip(ada)).body.id }
    const answers = [
      await call(roundProofsGet, { params, caller: player(await newUser()) }),
      await call(roundProofsGet, { params, caller: { projectId: otherProject } }),
      await call(roundProofsGet, { params: { roundId: `rnd_${'0'.repeat(26)}` } }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('401, 403 for a publishable key and a missing scope', async () => {
    const params = { roundId: `rnd_${'0'.repeat(26)}` }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(roundProofsGet, { params, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
  })
})
