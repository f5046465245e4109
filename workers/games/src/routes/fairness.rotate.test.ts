import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { commitmentTo } from '../fairness.ts'
import {
  available,
  bindings,
  flip,
  interrupt,
  makeCurrency,
  newUser,
  roundOf,
  uniqueKey,
  userWith,
} from '../test-games.ts'
import { fairnessGet } from './fairness.get.ts'
import { fairnessRotate } from './fairness.rotate.ts'

beforeAll(() => makeCurrency())

const rotate = (userId: string, json: object = {}, headers: Record<string, string> = {}) =>
  call(fairnessRotate, { caller: player(userId), json, headers })
const fairnessOf = async (userId: string) =>
  (await call(fairnessGet, { caller: player(userId) })).body

describe('fairness.rotate', () => {
  test('200 reveals the seed that was committed to and begins the pair that was committed to', async () => {
    const ada = await userWith(100)
    await flip(ada)
    const before = await fairnessOf(ada)
    const { status, body } = await rotate(ada, { clientSeed: 'lucky' })
    expect(status).toBe(200)
    expect(body.closed).toMatchObject({
      sessionId: before.sessionId,
      commitment: before.commitment,
      clientSeed: before.clientSeed,
      nonce: 1,
    })
    expect(commitmentTo(body.closed.serverSeed)).toBe(before.commitment)
    expect(body.current).toMatchObject({
      commitment: before.nextCommitment,
      clientSeed: 'lucky',
      nonce: 0,
    })
    expect(await fairnessOf(ada)).toEqual(body.current)
  })

  test('200 keeps the client seed when none is given, and makes a pair for a player who had none', async () => {
    const { body } = await rotate(await newUser())
    expect(body.current.clientSeed).toBe(body.closed.clientSeed)
    expect(commitmentTo(body.closed.serverSeed)).toBe(body.closed.commitment)
  })

  test('200 never a server seed twice: each pair has the one announced by the pair before', async () => {
    const ada = await newUser()
    const seeds = new Set<string>()
    let expected = (await fairnessOf(ada)).commitment
    for (let count = 0; count < 5; count++) {
      const { body } = await rotate(ada)
      expect(commitmentTo(body.closed.serverSeed)).toBe(expected)
      seeds.add(body.closed.serverSeed)
      expected = body.current.commitment
    }
    expect(seeds.size).toBe(5)
  })

  test('200 brings the open rounds of the pair to their end before it shows the seed', async () => {
    const ada = await userWith(100)
    const { body: round } = await flip(ada)
    await interrupt(round.id)
    const { body } = await rotate(ada)
    expect(commitmentTo(body.closed.serverSeed)).toBe(round.proof.commitment)
    const { outcome, payout, status } = await roundOf(round.id)
    expect({ outcome, payout, status }).toEqual({
      outcome: round.outcome,
      payout: round.payout,
      status: 'settled',
    })
    expect(await available(ada)).toBe(100 + round.net)
  })

  test('200 keeps the seed hidden while the pair has more open rounds than one request may finish', async () => {
    const ada = await userWith(1_000)
    const rounds = await Promise.all(Array.from({ length: 9 }, () => flip(ada)))
    for (const { body } of rounds) await interrupt(body.id)
    const key = uniqueKey()
    expect((await rotate(ada, {}, key)).body.closed.serverSeed).toBeNull()
    expect((await rotate(ada, {}, key)).body.closed.serverSeed).not.toBeNull()
    const { results } = await bindings.GAMES_DB.prepare(
      `SELECT id FROM rounds WHERE user_id = ? AND status = 'open'`,
    )
      .bind(ada)
      .all()
    expect(results).toEqual([])
  })

  test('200 the first answer and one rotation when a key is repeated, ten times at once too', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(ada, {}, key)))
    await flip(ada)
    answers.push(await rotate(ada, {}, key))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect((await fairnessOf(ada)).sessionId).toBe(answers[0]?.body.current.sessionId)
  })

  test('200 ten rotations at once are ten, one after the other', async () => {
    const ada = await newUser()
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(ada)))
    const closed = answers.map(({ body }) => body.closed.sessionId)
    expect(new Set(closed).size).toBe(10)
    const last = answers.filter(({ body }) => !closed.includes(body.current.sessionId))
    expect(last).toHaveLength(1)
    expect(await fairnessOf(ada)).toEqual(last[0]?.body.current)
  })

  test('409 idempotency_conflict when a key is used for another client seed', async () => {
    const ada = await newUser()
    const key = uniqueKey()
    await rotate(ada, { clientSeed: 'one' }, key)
    expect(await rotate(ada, { clientSeed: 'two' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test.each([{ clientSeed: '' }, { clientSeed: 7 }, { clientSeed: 'a b' }, { seed: 'x' }])(
    '400 invalid_request for %j',
    async (json) => {
      expect((await rotate(await newUser(), json)).body.code).toBe('invalid_request')
    },
  )

  test('404 not_found for a key that names nobody, or somebody without a pair; nothing is made', async () => {
    for (const userId of ['usr_00000000000000000000000000', await newUser()]) {
      expect(await call(fairnessRotate, { json: { userId } })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
      const made = bindings.GAMES_DB.prepare(`SELECT id FROM sessions WHERE user_id = ?`)
      expect((await made.bind(userId).all()).results).toEqual([])
    }
  })

  test('401, 403 for a publishable key, a missing scope, and a player who names another', async () => {
    const json = { userId: await newUser() }
    await fairnessOf(json.userId)
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(fairnessRotate, { json, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:read'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
    expect((await call(fairnessRotate, { json })).status).toBe(200)
  })
})
