import { callerHeader } from '@coinop/shared/caller'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { describe, expect, test, vi } from 'vitest'
import { bindings, newUser, uniqueKey } from '../test-games.ts'
import { skillSessionsCreate } from './skill-sessions.create.ts'
import { skillSessionsGet } from './skill-sessions.get.ts'
import { skillSessionsSubmit } from './skill-sessions.submit.ts'

const started = async (userId: string, json: object = {}): Promise<string> =>
  (await call(skillSessionsCreate, { json: { game: 'tower-climb', userId, ...json } })).body.id
const submit = (
  userId: string,
  skillSessionId: string,
  score: unknown = 700,
  headers: Record<string, string> = {},
) =>
  call(skillSessionsSubmit, {
    params: { skillSessionId },
    caller: player(userId),
    headers,
    json: { score },
  })

/** What the log of the project has of a session. */
async function announcedOf(skillSessionId: string): Promise<{ subject: string; data: object }[]> {
  const url = 'http://worker/v1/events?limit=100&type=games.skill_session.submitted'
  const headers = { [callerHeader]: JSON.stringify(secretKeyWith('events:read')) }
  const response = await bindings.GATEWAY_TO_EVENTS.fetch(url, { headers })
  const { data } = await response.json<{ data: { subject: string; data: object }[] }>()
  return data.filter(({ subject }) => subject === skillSessionId)
}

describe('skill-sessions.submit', () => {
  test('200 the score, once: exactly one of ten at once; the others are score_submitted', async () => {
    const ada = await newUser()
    const id = await started(ada)
    const scores = Array.from({ length: 10 }, (_, index) => index)
    const answers = await Promise.all(scores.map((score) => submit(ada, id, score)))
    const taken = answers.filter(({ status }) => status === 200)
    expect(taken).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'score_submitted')).toHaveLength(9)
    const { body } = await call(skillSessionsGet, { params: { skillSessionId: id } })
    expect(body).toEqual(taken[0]?.body)
    expect(body.status).toBe('submitted')
    const announced = () => announcedOf(id)
    await vi.waitFor(async () => expect(await announced()).toHaveLength(1))
    const { score } = body
    expect(await announced()).toMatchObject([
      { subject: id, data: { userId: ada, game: 'tower-climb', score, submitter: 'player' } },
    ])
  })

  test('200 the same answer when a key is repeated; 409 idempotency_conflict with another score', async () => {
    const ada = await newUser()
    const id = await started(ada)
    const key = uniqueKey()
    const first = await submit(ada, id, 700, key)
    const second = await submit(ada, id, 700, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await submit(ada, id, 701, key)).body.code).toBe('idempotency_conflict')
  })

  test('409 session_expired after its time, and nothing is stored', async () => {
    const ada = await newUser()
    const id = await started(ada)
    await bindings.GAMES_DB.prepare('UPDATE skill_sessions SET expires_at = 1 WHERE id = ?')
      .bind(id)
      .run()
    expect(await submit(ada, id)).toMatchObject({ status: 409, body: { code: 'session_expired' } })
    const { body } = await call(skillSessionsGet, { params: { skillSessionId: id } })
    expect(body).toMatchObject({ status: 'expired', score: null })
  })

  test('403 for the player of a session whose score a server submits, 200 for the server', async () => {
    const ada = await newUser()
    const id = await started(ada, { submitter: 'server' })
    expect(await submit(ada, id)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const params = { skillSessionId: id }
    const byServer = await call(skillSessionsSubmit, { params, json: { score: -5 } })
    expect(byServer).toMatchObject({ status: 200, body: { score: -5 } })
  })

  test('404 not_found for another player and another project', async () => {
    const ada = await newUser()
    const id = await started(ada)
    const params = { skillSessionId: id }
    const caller = { projectId: otherProject }
    const elsewhere = await call(skillSessionsSubmit, { params, json: { score: 1 }, caller })
    for (const answer of [await submit(await newUser(), id), elsewhere]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('400 invalid_request for what is no integer; 401, 403 for a publishable key and a missing scope', async () => {
    const ada = await newUser()
    const id = await started(ada)
    for (const score of [1.5, '700', null, 2 ** 53]) {
      expect((await submit(ada, id, score)).body.code).toBe('invalid_request')
    }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (
        await call(skillSessionsSubmit, {
          params: { skillSessionId: id },
          json: { score: 1 },
          caller,
        })
      ).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:read'))).toBe(403)
  })
})
