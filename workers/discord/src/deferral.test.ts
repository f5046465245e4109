import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { answer } from './answer.ts'
import { sceneOf } from './scene.ts'
import { balance, coinflip, command, daily, newPerson, pay, press, use } from './testing/discord.ts'
import { checkLimits, checkMessage } from './testing/discord-limits.ts'
import { heardAbout, newToken } from './testing/heard.ts'
import { type Application, openArcade, snowflake } from './testing/world.ts'

afterEach(() => vi.restoreAllMocks())

/** The real service, `milliseconds` late. */
const late = <T extends object>(service: T, milliseconds: number): T =>
  new Proxy(service, {
    get:
      (_, method) =>
      async (...input: unknown[]) => {
        await new Promise((done) => setTimeout(done, milliseconds))
        return (service as Record<string | symbol, (...given: unknown[]) => unknown>)[method]!(
          ...input,
        )
      },
  })

const broken = <T extends object>(service: T): T =>
  new Proxy(service, {
    get: () => async () => {
      await new Promise((done) => setTimeout(done, 1_200))
      throw new Error('gone')
    },
  })

/** Answers an interaction with services as `change` makes them; `finish` waits for what comes after. */
async function deliver(application: Application, sent: object, change: Partial<DiscordEnv> = {}) {
  const pending: Promise<unknown>[] = []
  const { applicationId, projectId } = application
  const scene = sceneOf(
    { ...env, ...change },
    systemCaller(projectId),
    {
      application: { applicationId, projectId, plan: 'free' },
      ownServer: undefined,
      payload: sent,
    },
    { origin: 'https://coinop.example', waitUntil: (work) => pending.push(work) },
  )
  const startedAt = now()
  const { reply } = await answer(scene, sent)
  checkLimits(reply)
  return { reply, milliseconds: now() - startedAt, finish: () => Promise.all(pending) }
}

async function scenery(words?: string) {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const token = newToken(words)
  const has = async () => (await use(arcade, balance(ada))).text
  return { arcade, ada, token, has }
}

/** Of a message that has one. */
const firstButton = (reply: object) =>
  (reply as { data: { components: { components: { custom_id: string }[] }[] } }).data.components[0]!
    .components[0]!

describe('a service that stalls for 10 seconds', () => {
  test('is answered by a message that stands in within a second, and edited when it is done', async () => {
    const { arcade, ada, token, has } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const stalled = { GAMES_PLAYS: late(env.GAMES_PLAYS, 10_000) }
    const { reply, milliseconds, finish } = await deliver(arcade, sent, stalled)
    expect(reply).toEqual({ type: 5, data: {} })
    expect(milliseconds).toBeLessThan(1_000)
    expect(await heardAbout(token)).toEqual([])
    await finish()
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

  test('has one effect and equal edits, for ten copies of one interaction at once', async () => {
    const { arcade, ada, token, has } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const stalled = { GAMES_PLAYS: late(env.GAMES_PLAYS, 1_500) }
    const copies = await Promise.all(
      Array.from({ length: 10 }, () => deliver(arcade, sent, stalled)),
    )
    await Promise.all(copies.map(({ finish }) => finish()))
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
    const { finish } = await deliver(arcade, { ...command(arcade, balance(ada)), token }, nowhere)
    await finish()
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
