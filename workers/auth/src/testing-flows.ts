/** What the tests of every flow through Discord share: what none of them may let pass, whatever it is for. */
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { expect, test, vi } from 'vitest'
import { flowMilliseconds } from './discord-flows.ts'
import { failedOften, refused } from './testing.ts'
import {
  type CallerOf,
  completeAs,
  type Flow,
  goAndAgree,
  newPerson,
  type Person,
  remembered,
} from './testing-discord.ts'

export function testFlow(flow: Flow): void {
  testState(flow)
  testTimeAndCode(flow)
  testMoods(flow)
  testLimit(flow)
  testRepetition(flow)
}

function testState(flow: Flow): void {
  const back = (caller: CallerOf, person?: Person) => goAndAgree(flow, caller, person)

  test('403 invalid_discord_flow for a state that was used, and the code goes to Discord once', async () => {
    const caller = await flow.newCaller()
    const json = await back(caller)
    await completeAs(flow, caller, json)
    const again = await completeAs(flow, caller, json)
    expect(again).toMatchObject(refused(403, 'invalid_discord_flow'))
    expect(await remembered(`code?code=${json.code}`)).toMatchObject({ asked: 1 })
  })

  test('403 invalid_discord_flow for the state of another flow, and the flow is not used up by it', async () => {
    const caller = await flow.newCaller()
    const [own, other] = [await back(caller, await somebody(flow)), await back(caller)]
    for (const wrong of [
      { ...own, state: other.state },
      { ...own, flowToken: other.flowToken },
      { ...own, flowToken: `${own.flowToken.slice(0, -4)}AAAA` },
      { ...own, flowToken: 'nonsense' },
      { ...own, state: 'nonsense' },
    ]) {
      const answer = await completeAs(flow, caller, wrong)
      expect(answer).toMatchObject(refused(403, 'invalid_discord_flow'))
    }
    expect(await remembered(`code?code=${own.code}`)).toMatchObject({ asked: 0 })
    expect(await completeAs(flow, caller, own)).toMatchObject({ status: 200 })
  })
}

function testTimeAndCode(flow: Flow): void {
  const back = (caller: CallerOf, person?: Person) => goAndAgree(flow, caller, person)

  test('403 invalid_discord_flow after ten minutes', async () => {
    const caller = await flow.newCaller()
    const json = await back(caller)
    vi.useFakeTimers({ now: now() + flowMilliseconds, toFake: ['Date'] })
    try {
      const late = await completeAs(flow, caller, json)
      expect(late).toMatchObject(refused(403, 'invalid_discord_flow'))
    } finally {
      vi.useRealTimers()
    }
  })

  test('403 discord_refused for a code that somebody else was given (PKCE), and for one that is none', async () => {
    const caller = await flow.newCaller()
    const [own, stolen, third] = [await back(caller), await back(caller), await back(caller)]
    const injected = await completeAs(flow, caller, { ...own, code: stolen.code })
    expect(injected).toMatchObject(refused(403, 'discord_refused'))
    expect(await remembered(`code?code=${stolen.code}`)).toMatchObject({ asked: 1, used: false })
    const none = await completeAs(flow, caller, { ...third, code: 'nonsense' })
    expect(none).toMatchObject(refused(403, 'discord_refused'))
  })
}

function testMoods(flow: Flow): void {
  const back = (caller: CallerOf, person?: Person) => goAndAgree(flow, caller, person)

  test.each(['token-down', 'token-slow', 'token-garbage', 'token-huge', 'token-error'])(
    '503 discord_unavailable when Discord is in the mood %s, and the flow is not used up',
    { timeout: 60_000 },
    async (mood) => {
      const caller = await flow.newCaller()
      const json = await back(caller, newPerson({ mood }))
      const times = mood === 'token-slow' ? 1 : 2
      for (let count = 0; count < times; count++) {
        const answer = await completeAs(flow, caller, json)
        expect(answer).toMatchObject(refused(503, 'discord_unavailable'))
        expect(answer.headers.get('retry-after')).toBe('5')
      }
    },
  )

  test.each(['person-down', 'person-garbage', 'person-error'])(
    '503 discord_unavailable in the mood %s, and afterwards 403 discord_refused: the code is used',
    { timeout: 60_000 },
    async (mood) => {
      const caller = await flow.newCaller()
      const person = newPerson({ mood })
      const json = await back(caller, person)
      const answer = await completeAs(flow, caller, json)
      expect(answer).toMatchObject(refused(503, 'discord_unavailable'))
      const again = await completeAs(flow, caller, json)
      expect(again).toMatchObject(refused(403, 'discord_refused'))
    },
  )

  test('503 discord_unavailable when Discord points elsewhere, and the secret does not follow', async () => {
    const caller = await flow.newCaller()
    const json = await back(caller, newPerson({ mood: 'token-elsewhere' }))
    const answer = await completeAs(flow, caller, json)
    expect(answer).toMatchObject(refused(503, 'discord_unavailable'))
    expect(await remembered('elsewhere')).toEqual({ seen: 0 })
  })
}

function testLimit(flow: Flow): void {
  test('429 too_many_attempts after too many failures from one network, and Discord is not asked', async () => {
    const caller = { ...(await flow.newCaller()), address: '203.0.113.77' }
    const json = await goAndAgree(flow, caller, await somebody(flow))
    const other = await goAndAgree(flow, caller)
    await failedOften({ ...systemCaller('discord'), address: caller.address })
    const wrong = await completeAs(flow, caller, { ...other, code: 'nonsense' })
    expect(wrong).toMatchObject(refused(403, 'discord_refused'))
    const limited = await completeAs(flow, caller, json)
    expect(limited).toMatchObject(refused(429, 'too_many_attempts'))
    expect(await remembered(`code?code=${json.code}`)).toMatchObject({ asked: 0 })
    const elsewhere = { ...caller, address: '198.51.100.77' }
    expect(await completeAs(flow, elsewhere, json)).toMatchObject({ status: 200 })
  })
}

function testRepetition(flow: Flow): void {
  const back = (caller: CallerOf, person?: Person) => goAndAgree(flow, caller, person)

  test('200 when Discord was down only once, and the answer again for the same key', async () => {
    const caller = await flow.newCaller()
    const json = await back(caller, { ...(await somebody(flow)), mood: 'token-down-once' })
    const key = crypto.randomUUID()
    const down = await completeAs(flow, caller, json, key)
    expect(down).toMatchObject(refused(503, 'discord_unavailable'))
    const up = await completeAs(flow, caller, json, key)
    expect(up.status).toBe(200)
    const again = await completeAs(flow, caller, json, key)
    expect(again.body).toEqual(up.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await completeAs(flow, caller, { ...json, code: 'another' }, key)
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('200 gives the token of Discord back', async () => {
    const caller = await flow.newCaller()
    const person = await somebody(flow)
    const { status } = await completeAs(flow, caller, await back(caller, person))
    expect(status).toBe(200)
    await vi.waitUntil(
      async () => (await remembered<{ live: number }>(`tokens?person=${person.id}`)).live === 0,
      { timeout: 10_000 },
    )
  })

  test('400 invalid_request without a code, with too much, and for a redirectUri in another field', async () => {
    const caller = await flow.newCaller()
    const json = await back(caller)
    const { code: _, ...without } = json
    const wrong = [
      without,
      { ...json, code: '' },
      { ...json, code: 'x'.repeat(513) },
      { ...json, redirectUri: flow.redirectUri },
    ]
    for (const each of wrong) {
      expect(await completeAs(flow, caller, each)).toMatchObject(refused(400, 'invalid_request'))
    }
  })
}

const somebody = async ({ newPerson: one = async () => newPerson() }: Flow) => one()
