import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sweep } from '../sweep.ts'
import {
  available,
  bindings,
  deposit,
  entryKinds,
  fillWallet,
  makeCurrency,
  newUser,
  uniqueKey,
} from '../test-games.ts'
import { workRewardClaim } from './work-reward.claim.ts'
import { workRewardSet } from './work-reward.set.ts'

const set = (json: object = {}) =>
  call(workRewardSet, {
    json: { currency: 'COIN', amountMin: 40, amountMax: 60, coolDownSeconds: 3_600, ...json },
  })
const claim = (userId: string, headers: Record<string, string> = uniqueKey()) =>
  call(workRewardClaim, { caller: player(userId), headers, json: {} })
/** As if everything had happened so many seconds earlier. */
const wait = (userId: string, seconds: number) =>
  bindings.GAMES_DB.prepare(
    `UPDATE work_claims SET created_at = created_at - ?1, next_at = next_at - ?1 WHERE user_id = ?2`,
  )
    .bind(seconds * 1_000, userId)
    .run()

describe('work-reward.claim', () => {
  beforeAll(() => makeCurrency())
  beforeEach(() => set())

  test('201 an amount within the range, paid, and when the next one can be claimed', async () => {
    const ada = await newUser()
    const { status, body } = await claim(ada)
    expect(status).toBe(201)
    expect(body.amount).toBeGreaterThanOrEqual(40)
    expect(body.amount).toBeLessThanOrEqual(60)
    expect(await available(ada)).toBe(body.amount)
    expect(Date.parse(body.nextAt)).toBeGreaterThan(0)
    expect(await entryKinds(ada)).toEqual(['reward'])
  })

  test('409 cooling_down until the time is over, then 201', async () => {
    const ada = await newUser()
    await claim(ada)
    await wait(ada, 3_590)
    expect(await claim(ada)).toMatchObject({ status: 409, body: { code: 'cooling_down' } })
    await wait(ada, 11)
    expect((await claim(ada)).status).toBe(201)
    expect(await entryKinds(ada)).toHaveLength(2)
  })

  test('one of 20 claims with 20 keys is paid, and 20 with one key are one', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(ada)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await entryKinds(ada)).toEqual(['reward'])
    const key = uniqueKey()
    const same = await Promise.all(Array.from({ length: 20 }, () => claim(grace, key)))
    expect(new Set(same.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(same.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1)
    expect(await entryKinds(grace)).toEqual(['reward'])
  })

  test('the sweep pays a claim whose payment is not known, and none twice', async () => {
    const ada = await newUser()
    const { body } = await claim(ada)
    await bindings.GAMES_DB.prepare('UPDATE work_claims SET paid_at = NULL WHERE user_id = ?')
      .bind(ada)
      .run()
    await sweep(bindings)
    expect((await claim(ada)).body.code).toBe('cooling_down')
    expect(await available(ada)).toBe(body.amount)
  })

  test('404 reward_not_configured elsewhere; 404 currency_not_found leaves nothing behind', async () => {
    const [ada, grace] = [await newUser(), await newUser(otherProject)]
    const caller = { ...player(grace), projectId: otherProject }
    const foreign = await call(workRewardClaim, { caller, headers: uniqueKey(), json: {} })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'reward_not_configured' } })
    await set({ currency: 'RUBY' })
    const refused = await claim(ada)
    expect(refused).toMatchObject({ status: 404, body: { code: 'currency_not_found' } })
    await makeCurrency('RUBY')
    expect(await claim(ada)).toMatchObject({ status: 201, body: { currency: 'RUBY' } })
  })

  test('409 balance_limit_exceeded when the wallet is full', async () => {
    const ada = await newUser()
    await deposit(ada, 1)
    await fillWallet(ada)
    const answer = await claim(ada)
    expect(answer).toMatchObject({ status: 409, body: { code: 'balance_limit_exceeded' } })
  })

  test('404 not_found for a key that names nobody of this project; 400 idempotency_key_required', async () => {
    const userId = await newUser(otherProject)
    const answer = await call(workRewardClaim, { headers: uniqueKey(), json: { userId } })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await claim(await newUser(), {})).body.code).toBe('idempotency_key_required')
  })

  test('401, 403 for a publishable key, a missing scope, and a player who names another', async () => {
    const json = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(workRewardClaim, { json, caller, headers: uniqueKey() })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:read'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
