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
import { bindings, flip, interrupt, makeCurrency, newUser, userWith } from '../test-games.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { roundsGet } from './rounds.get.ts'

beforeAll(() => makeCurrency())

const get = (roundId: string, caller?: ReturnType<typeof player>) =>
  call(roundsGet, { params: { roundId }, ...(caller && { caller }) })

describe('rounds.get', () => {
  test('200 for its owner and for a key, the same as the play answered', async () => {
    const ada = await userWith(100)
    const { body } = await flip(ada)
    expect((await get(body.id, player(ada))).body).toEqual(body)
    expect((await get(body.id)).body).toEqual(body)
  })

  test('200 with the server seed once the pair was rotated, and not before', async () => {
    const ada = await userWith(100)
    const { body } = await flip(ada)
    expect((await get(body.id)).body.proof.serverSeed).toBeNull()
    await call(fairnessRotate, { caller: player(ada), json: {} })
    const { proof } = (await get(body.id)).body
    expect(commitmentTo(proof.serverSeed)).toBe(body.proof.commitment)
  })

  test('200 without the server seed of a closed pair while one of its rounds is open', async () => {
    const ada = await userWith(100)
    const [first, second] = [(await flip(ada)).body, (await flip(ada)).body]
    await interrupt(second.id)
    const other = await flip(ada, { clientSeed: 'another' })
    expect(other.status).toBe(201)
    expect((await get(first.id)).body.proof.serverSeed).toBeNull()
    expect((await get(second.id)).body).toMatchObject({ status: 'open', outcome: null, won: null })
    await bindings.GAMES_DB.prepare(`UPDATE rounds SET status = 'refused' WHERE id = ?`)
      .bind(second.id)
      .run()
    expect((await get(first.id)).body.proof.serverSeed).not.toBeNull()
  })

  test('404 not_found, identical, for another player, another project and no round at all', async () => {
    const ada = await userWith(100)
    const { body } = await flip(ada)
    const strangers = [
      await get(body.id, player(await newUser())),
      await get(body.id, { ...player(ada), projectId: otherProject }),
      await get(`rnd_${'0'.repeat(26)}`, player(ada)),
    ]
    for (const { status, body: problem } of strangers) {
      expect(status).toBe(404)
      expect(problem).toMatchObject({ ...strangers[0]?.body, requestId: expect.any(String) })
      expect(problem.code).toBe('not_found')
    }
  })

  test('400 invalid_request for what is no id; 401 and 403 for whom it is not', async () => {
    expect((await get('round-1')).body.code).toBe('invalid_request')
    const id = `rnd_${'0'.repeat(26)}`
    expect((await get(id, anonymous())).status).toBe(401)
    expect((await get(id, publishableKey())).status).toBe(403)
    expect((await get(id, secretKeyWith('games:play'))).status).toBe(403)
  })
})
