import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { balance, command, daily, deliver, newPerson, timestamp, use } from '../testing/discord.ts'
import { newIdentity, sign } from '../testing/identity.ts'
import { type Application, newApplication, openArcade, snowflake } from '../testing/world.ts'
import { interactionsReceive } from './interactions.receive.ts'

const pingOf = ({ applicationId }: Application) =>
  JSON.stringify({ id: snowflake(), application_id: applicationId, type: 1, version: 1 })

describe('interactions.receive', () => {
  test('200 pong, for a ping that Discord signed', async () => {
    const arcade = await newApplication()
    expect(await deliver(arcade, pingOf(arcade))).toMatchObject({ status: 200, body: { type: 1 } })
  })

  test('200 pong, at the edges of the time window', async () => {
    const arcade = await newApplication()
    for (const offset of [-295, 55]) {
      const answer = await deliver(arcade, pingOf(arcade), { at: timestamp(offset) })
      expect(answer.body).toEqual({ type: 1 })
    }
  })

  test('401 invalid_signature, always the same body, whatever is wrong with a request', async () => {
    const [arcade, other] = [await newApplication(), await newApplication()]
    const unknown = { ...(await newIdentity()), applicationId: snowflake(), projectId: '' }
    const ping = pingOf(arcade)
    const { applicationId } = arcade
    const answers = {
      stale: await deliver(arcade, ping, { at: timestamp(-310) }),
      future: await deliver(arcade, ping, { at: timestamp(70) }),
      'not a time': await deliver(arcade, ping, { at: 'yesterday' }),
      'unknown application': await deliver(unknown, pingOf(unknown)),
      'key of another application': await deliver(other, ping, { path: applicationId }),
      'interaction of another application': await deliver(other, pingOf(other), {
        path: applicationId,
      }),
      'signed for another application': await deliver(arcade, pingOf(other)),
      'no application_id': await deliver(arcade, JSON.stringify({ type: 1 })),
      'application_id twice': await deliver(
        arcade,
        `{"application_id":"${applicationId}","application_id":"${other.applicationId}","type":1}`,
      ),
      'application_id as a number': await deliver(arcade, `{"application_id":${applicationId}}`),
      'not JSON': await deliver(arcade, '{"type":1'),
      'empty body': await deliver(arcade, ''),
      null: await deliver(arcade, 'null'),
      list: await deliver(arcade, '[]'),
      'deeply nested': await deliver(arcade, '['.repeat(60_000)),
      'byte order mark': await deliver(arcade, `\ufeff${ping}`),
      'too large': await deliver(
        arcade,
        JSON.stringify({ ...JSON.parse(ping), x: 'x'.repeat(66_000) }),
      ),
      'two megabytes': await deliver(
        arcade,
        JSON.stringify({ ...JSON.parse(ping), x: 'x'.repeat(2_097_152) }),
      ),
      'no application in the path': await deliver(arcade, ping, { path: 'me' }),
      'a trick in the path': await deliver(arcade, ping, { path: `${applicationId}%00` }),
    }
    const { body: first } = answers.stale
    expect(first).toMatchObject({ code: 'invalid_signature' })
    for (const [what, { status, body }] of Object.entries(answers)) {
      expect({ what, status, ...body, requestId: '' }).toEqual({
        what,
        ...first,
        requestId: '',
      })
    }
  })

  test('401 invalid_signature, when a signature header is missing, or the body was changed after it', async () => {
    const arcade = await newApplication()
    const body = pingOf(arcade)
    const at = timestamp()
    const good = {
      'x-signature-ed25519': await sign(arcade, at, new TextEncoder().encode(body)),
      'x-signature-timestamp': at,
    }
    const send = (headers: Record<string, string>, sent = body) =>
      call(interactionsReceive, {
        params: { applicationId: arcade.applicationId },
        headers,
        body: sent,
        caller: anonymous(),
      })
    expect((await send(good)).status).toBe(200)
    expect((await send({})).status).toBe(401)
    expect((await send({ 'x-signature-ed25519': good['x-signature-ed25519'] })).status).toBe(401)
    expect((await send({ 'x-signature-timestamp': at })).status).toBe(401)
    expect((await send({ ...good, 'x-signature-ed25519': '00' })).status).toBe(401)
    expect((await send(good, `${body} `)).status).toBe(401)
    expect((await send(good, body.replace('"type":1', '"type":2'))).status).toBe(401)
  })

  test('401 invalid_signature, for every other credential: only the signature opens it', async () => {
    const arcade = await newApplication()
    const answer = await call(interactionsReceive, {
      params: { applicationId: arcade.applicationId },
      json: { application_id: arcade.applicationId, type: 1 },
    })
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_signature' } })
  })

  test.each([
    ['a button', { type: 3, data: { custom_id: 'x', component_type: 2 } }],
    ['a modal', { type: 5, data: { custom_id: 'x', components: [] } }],
    ['a type of the future', { type: 99 }],
    ['a type that is no number', { type: 'ping' }],
    ['a command without data', { type: 2 }],
    ['a command with broken options', { type: 2, data: { name: 'daily', options: 'all' } }],
  ])('200 and a private message, for %s', async (_, part) => {
    const arcade = await newApplication()
    const sent = { ...command(arcade, daily(newPerson('ada'))), data: undefined, ...part }
    const { status, body } = await deliver(arcade, JSON.stringify(sent))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      type: 4,
      data: { flags: 64, content: expect.stringContaining('not supported') },
    })
  })

  test('200 and a private message, for a command that does not exist, or by nobody', async () => {
    const arcade = await newApplication()
    const by = newPerson('ada')
    expect((await use(arcade, { by, name: 'sudo' })).text).toContain('not supported')
    const nobody = { ...command(arcade, daily(by)), member: undefined }
    const { body } = await deliver(arcade, JSON.stringify(nobody))
    expect(body.data.content).toContain('not supported')
  })

  test('200 with the same reply ten times, for ten copies of one interaction at once', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    const copy = { ...daily(ada), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    expect(replies[0]?.text).toContain('1,000.00 COIN')
    for (const { reply } of replies) expect(reply).toEqual(replies[0]?.reply)
    expect((await use(arcade, balance(ada))).text).toContain('**1,000.00 COIN**')
  })

  test('200 for the same user in a server and in a direct message: one wallet', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    const { text } = await use(arcade, { ...balance(ada), isDirectMessage: true })
    expect(text).toContain('1,000.00 COIN')
  })

  test('200 for the same user in two projects: two wallets', async () => {
    const [arcade, other] = [await openArcade(), await openArcade()]
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    expect((await use(other, balance(ada))).text).toContain('**0.00 COIN**')
  })
})
