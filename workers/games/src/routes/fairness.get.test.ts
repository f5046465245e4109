import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { flip, makeCurrency, newUser, userWith } from '../test-games.ts'
import { fairnessGet } from './fairness.get.ts'

beforeAll(() => makeCurrency())

const get = (userId: string) => call(fairnessGet, { caller: player(userId) })

describe('fairness.get', () => {
  test('200 a pair made at the first request, with a client seed of its own and no server seed', async () => {
    const ada = await newUser()
    const { status, body } = await get(ada)
    expect(status).toBe(200)
    expect(body).toMatchObject({ userId: ada, nonce: 0 })
    expect(body.clientSeed.startsWith(`${ada}.`)).toBe(true)
    expect(body.commitment).not.toBe(body.nextCommitment)
    expect(Object.keys(body).toSorted()).toEqual([
      'clientSeed',
      'commitment',
      'nextCommitment',
      'nonce',
      'sessionId',
      'userId',
    ])
    expect((await get(ada)).body).toEqual(body)
  })

  test('200 the same pair when ten first requests come at once', async () => {
    const ada = await newUser()
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(ada)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  test('200 the nonce counts the rounds', async () => {
    const ada = await userWith(100)
    await flip(ada)
    await flip(ada)
    expect((await get(ada)).body.nonce).toBe(2)
  })

  test('200 for a key that names the player; 404 not_found in another project, and for nobody', async () => {
    const ada = await newUser()
    const { body } = await get(ada)
    const query = { userId: ada }
    expect((await call(fairnessGet, { query })).body).toEqual(body)
    const missing = [
      await call(fairnessGet, { query, caller: { projectId: otherProject } }),
      await call(fairnessGet, { query: { userId: 'usr_00000000000000000000000000' } }),
    ]
    for (const answer of missing) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('400 invalid_request for a key without a user, and for unknown fields', async () => {
    expect((await call(fairnessGet)).body.code).toBe('invalid_request')
    const query = { userId: await newUser(), nonce: '1' }
    expect((await call(fairnessGet, { query })).body.code).toBe('invalid_request')
  })

  test('401, 403 for a publishable key, a missing scope, and a player who asks for another', async () => {
    const query = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(fairnessGet, { query, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
