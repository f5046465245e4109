import { abortAllDurableObjects, listDurableObjectIds } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  around,
  broken,
  deliver,
  firstButton,
  late,
  neverAsked,
  noted,
  nothing,
  objectsBut,
  scenery,
} from './testing/deferring.ts'
import { balance, coinflip, command, daily, newPerson, pay, press, use } from './testing/discord.ts'
import { checkMessage } from './testing/discord-limits.ts'
import { heardAbout, newToken } from './testing/heard.ts'
import { snowflake } from './testing/world.ts'

afterEach(() => vi.restoreAllMocks())

describe('a service that stalls for 10 seconds', () => {
  test('is answered by a message that stands in within a second, and edited when it is done', async () => {
    const { arcade, ada, token, has } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const stalled = { GAMES_PLAYS: late(env.GAMES_PLAYS, 10_000) }
    const { reply, milliseconds, finish } = await deliver(arcade, sent, stalled)
    expect(reply).toEqual({ type: 5, data: {} })
    expect(milliseconds).toBeLessThan(1_000)
    expect(await heardAbout(token)).toEqual([])
    expect((await noted(arcade, sent)).texts).toHaveLength(1)
    await finish()
    expect(await noted(arcade, sent)).toEqual(nothing)
    const [edit, ...more] = await heardAbout(token)
    expect(more).toEqual([])
    expect(edit).toMatchObject({
      method: 'PATCH',
      path: `/webhooks/${arcade.applicationId}/${token}/messages/@original`,
      userAgent: 'DiscordBot (https://coinop.example, 0.1.0)',
      authorization: '',
    })
    checkMessage(edit!.body, true)
    expect(edit!.body.content).toContain('bet **100.00 COIN** on heads')
    expect(['**900.00 COIN**', '**1,100.00 COIN**']).toContain(await has())
  }, 40_000)

  test('has one effect, one note and equal edits, for ten copies of one interaction at once', async () => {
    const { arcade, ada, token, has } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const stalled = { GAMES_PLAYS: late(env.GAMES_PLAYS, 1_500) }
    const { length: objects } = await listDurableObjectIds(env.DEFERRALS)
    const copies = await Promise.all(
      Array.from({ length: 10 }, () => deliver(arcade, sent, stalled)),
    )
    expect((await noted(arcade, sent)).texts).toHaveLength(1)
    expect(await listDurableObjectIds(env.DEFERRALS)).toHaveLength(objects + 1)
    await Promise.all(copies.map(({ finish }) => finish()))
    expect(await noted(arcade, sent)).toEqual(nothing)
    const edits = await heardAbout(token)
    expect(edits).toHaveLength(10)
    expect(new Set(edits.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(['**900.00 COIN**', '**1,100.00 COIN**']).toContain(await has())
  }, 40_000)
})

describe('an answer that is late', () => {
  test('stays private, when it would have been', async () => {
    const { arcade, ada, token } = await scenery()
    const sent = { ...command(arcade, balance(ada)), token }
    const stalled = { WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_200) }
    const { reply, finish } = await deliver(arcade, sent, stalled)
    expect(reply).toEqual({ type: 5, data: { flags: 64 } })
    await finish()
    const [edit] = await heardAbout(token)
    expect(edit?.body.content).toBe('**1,000.00 COIN**')
  }, 40_000)

  test('is an edit too, when the work was refused and when it failed', async () => {
    const { arcade, ada } = await scenery()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const cases = [
      [{ GAMES_PLAYS: late(env.GAMES_PLAYS, 1_200) }, 'do not have enough'],
      [{ GAMES_PLAYS: broken(env.GAMES_PLAYS) }, 'Something went wrong on our side'],
    ] as const
    for (const [change, sentence] of cases) {
      const token = newToken()
      const sent = { ...command(arcade, coinflip(ada, 'heads', 1_001)), token }
      const { reply, finish } = await deliver(arcade, sent, change)
      expect(reply.type).toBe(5)
      await finish()
      const [edit] = await heardAbout(token)
      checkMessage(edit!.body, true)
      expect(edit!.body.content).toContain(sentence)
    }
  }, 40_000)

  test.each(['busy-twice', 'limited-once', 'not-yet'])(
    'is told until Discord takes it: %s',
    async (words) => {
      const { arcade, ada, token } = await scenery(words)
      const sent = { ...command(arcade, balance(ada)), token }
      const stalled = { WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_000) }
      const { finish } = await deliver(arcade, sent, stalled)
      await finish()
      const edits = await heardAbout(token)
      expect(edits.length).toBe(words === 'busy-twice' ? 3 : 2)
      expect(new Set(edits.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    },
    40_000,
  )

  test('is not asked for by an interaction without a token: it waits', async () => {
    const { arcade, ada } = await scenery()
    const sent = { ...command(arcade, balance(ada)), token: '' }
    const stalled = { WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_200) }
    const { reply } = await deliver(arcade, sent, stalled)
    expect(reply).toMatchObject({ type: 4, data: { content: '**1,000.00 COIN**' } })
  }, 40_000)

  test('never logs the token, also when Discord refuses for good', async () => {
    const { arcade, ada } = await scenery()
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const token = newToken('gone')
    const nowhere = {
      DISCORD_API_URL: 'http://127.0.0.1:1',
      WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 900),
    }
    const sent = { ...command(arcade, balance(ada)), token }
    const { finish } = await deliver(arcade, sent, nowhere)
    await finish()
    // Left for the alarm: Discord may only have been away.
    expect((await noted(arcade, sent)).texts).toHaveLength(1)
    const lines = logged.mock.calls.flat().join('\n')
    expect(lines).toContain('replies.edit')
    expect(lines).not.toContain(token)
  }, 40_000)
})

describe('a button whose work is late', () => {
  test('changes its message when it is done, and tells everybody once', async () => {
    const { arcade, ada, has } = await scenery()
    const grace = newPerson('grace')
    const asks = { PAY_WITHOUT_ASKING_UNITS: '10' }
    const asked = { ...command(arcade, pay(ada, grace, 100)), token: newToken() }
    const { reply } = await deliver(arcade, asked, asks)
    const { custom_id: id } = firstButton(reply)
    const token = newToken()
    const click = { ...press(arcade, { by: ada }, id), token }
    const stalled = { ...asks, WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_000) }
    const first = await deliver(arcade, click, stalled)
    expect(first.reply).toEqual({ type: 6 })
    await first.finish()
    const line = `<@${ada.id}> sent **100.00 COIN** to <@${grace.id}>.`
    const heard = await heardAbout(token)
    expect(heard.map(({ method, body }) => [method, body.content])).toEqual([
      ['PATCH', line],
      ['POST', line],
    ])
    const again = await deliver(arcade, { ...click, id: snowflake() }, stalled)
    await again.finish()
    expect((await heardAbout(token)).filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(await has()).toBe('**900.00 COIN**')
  }, 40_000)

  test('keeps its message when it is refused: the refusal is another one, and private', async () => {
    const { arcade, ada } = await scenery()
    const grace = newPerson('grace')
    const asks = { PAY_WITHOUT_ASKING_UNITS: '10' }
    const asked = { ...command(arcade, pay(ada, grace, 600)), token: newToken() }
    const { reply } = await deliver(arcade, asked, asks)
    const { custom_id: id } = firstButton(reply)
    await use(arcade, pay(ada, grace, 700))
    const token = newToken()
    const stalled = { ...asks, WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_000) }
    const { finish } = await deliver(arcade, { ...press(arcade, { by: ada }, id), token }, stalled)
    await finish()
    const [heard, ...more] = await heardAbout(token)
    expect(more).toEqual([])
    expect(heard).toMatchObject({
      method: 'POST',
      body: { flags: 64, content: expect.stringContaining('do not have enough') },
    })
  }, 40_000)
})

/** Well before Discord stops waiting, on a machine that runs other tests meanwhile. */
const busyMilliseconds = 2_000

describe('the note of a reply that is owed', () => {
  test('costs nothing while replies are in time: not a row, not an object', async () => {
    const { arcade, ada } = await scenery()
    const { length: objects } = await listDurableObjectIds(env.DEFERRALS)
    for (const used of [daily(ada), balance(ada), coinflip(ada, 'heads', 1)]) {
      const { reply, finish } = await deliver(arcade, command(arcade, used))
      expect(reply.type).toBe(4)
      await finish()
    }
    expect(await listDurableObjectIds(env.DEFERRALS)).toHaveLength(objects)
  })

  test('delays nobody: twenty deferrals at once are all answered in time, and leave nothing', async () => {
    const { arcade } = await scenery()
    const stalled = { GAMES_PLAYS: late(env.GAMES_PLAYS, 1_500) }
    const all = Array.from({ length: 20 }, () => ({
      ...command(arcade, daily(newPerson('many'))),
      token: newToken(),
    }))
    const answers = await Promise.all(all.map((sent) => deliver(arcade, sent, stalled)))
    for (const { reply, milliseconds, finish } of answers) {
      expect(reply.type).toBe(5)
      expect(milliseconds).toBeLessThan(busyMilliseconds)
      await finish()
    }
    for (const sent of all) expect(await noted(arcade, sent)).toEqual(nothing)
  }, 40_000)

  test('is waited for no longer than Discord can wait: an object that stalls delays the answer by a tenth of a second at most', async () => {
    const { arcade, ada, token } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const { reply, milliseconds, finish } = await deliver(arcade, sent, {
      GAMES_PLAYS: late(env.GAMES_PLAYS, 1_500),
      DEFERRALS: objectsBut((stub) => late(stub, 3_000)),
    })
    expect(reply.type).toBe(5)
    expect(milliseconds).toBeLessThan(busyMilliseconds)
    await finish()
    expect((await heardAbout(token)).map(({ method }) => method)).toEqual(['PATCH'])
    expect(await noted(arcade, sent)).toEqual(nothing)
  }, 40_000)

  test('may be missing: the reply is edited all the same, and the token is in no line of the log', async () => {
    const { arcade, ada, token } = await scenery()
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const { reply, milliseconds, finish } = await deliver(arcade, sent, {
      GAMES_PLAYS: late(env.GAMES_PLAYS, 1_500),
      DEFERRALS: objectsBut((stub) => broken(stub, 10)),
    })
    expect(reply.type).toBe(5)
    expect(milliseconds).toBeLessThan(busyMilliseconds)
    await finish()
    expect((await heardAbout(token)).map(({ method }) => method)).toEqual(['PATCH'])
    const lines = logged.mock.calls.flat().join('\n')
    expect(lines).toContain('deferrals.begin')
    expect(lines).not.toContain(token)
  }, 40_000)

  test('is written anew when its object ends in the middle', async () => {
    const { arcade, ada, token } = await scenery()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    let asked = 0
    const ending = <T extends object>(stub: T) =>
      around(stub, (method) => async (...input) => {
        asked += 1
        const answer = method(...input)
        if (asked === 1) await abortAllDurableObjects()
        return answer
      })
    await deliver(arcade, sent, {
      GAMES_PLAYS: neverAsked(env.GAMES_PLAYS),
      DEFERRALS: objectsBut(ending),
    })
    await expect.poll(async () => (await noted(arcade, sent)).texts.length).toBe(1)
  }, 40_000)

  test('goes on when a service is silent for 25 seconds, and the user is told so', async () => {
    const without = { DEFERRALS: objectsBut((stub) => broken(stub, 10)) }
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const cases = [{}, without].map(async (change) => {
      const { arcade, ada, token } = await scenery()
      const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
      const silent = { GAMES_PLAYS: neverAsked(env.GAMES_PLAYS), ...change }
      const { finish } = await deliver(arcade, sent, silent)
      await finish()
      const [edit] = await heardAbout(token)
      checkMessage(edit!.body, true)
      return { words: edit!.body.content, notes: (await noted(arcade, sent)).texts.length }
    })
    expect(await Promise.all(cases)).toEqual([
      { words: expect.stringContaining('goes on. The answer comes here'), notes: 1 },
      { words: expect.stringContaining('may still be done. See `/balance`'), notes: 0 },
    ])
  }, 60_000)
})
