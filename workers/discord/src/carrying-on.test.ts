import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  broken,
  changeServices,
  deliver,
  killed,
  late,
  neverAsked,
  noted,
  nothing,
  scenery,
  told,
  wake,
} from './testing/deferring.ts'
import { balance, blackjack, command, daily, newPerson, use } from './testing/discord.ts'
import { checkMessage } from './testing/discord-limits.ts'
import { heardAbout } from './testing/heard.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A killed `/daily`, whose service is as `change` makes it from then on. */
async function owed(words: string, change: Partial<DiscordEnv> = {}) {
  const { arcade, token } = await scenery(words)
  const grace = newPerson('grace')
  const sent = { ...command(arcade, daily(grace)), token }
  await killed(arcade, sent, { GAMES_PLAYS: neverAsked(env.GAMES_PLAYS) })
  const has = async () => (await use(arcade, balance(grace))).text
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await changeServices(arcade, sent, change)
  const startedAt = now()
  /** Sleeps until the object wakes, by a clock of our own, and answers how old the reply is then. */
  const wakeInTime = async () => {
    const { wakesAt } = await noted(arcade, sent)
    vi.setSystemTime(Math.max(wakesAt ?? 0, now()))
    await wake(arcade, sent)
    return Math.round((now() - startedAt) / 1_000)
  }
  return { arcade, sent, token, has, logged, wakeInTime }
}

describe('a reply that is owed, when Discord', () => {
  test.each([
    ['is busy for a moment', 'busy-twice', 3],
    ['is down for longer than one run', 'down-for-long', 8],
    ['says when to come again', 'limited-long', 2],
  ])(
    '%s: it comes',
    async (_, words, runsMax) => {
      const { arcade, sent, token, has, wakeInTime } = await owed(words)
      let runs = 0
      while ((await noted(arcade, sent)).wakesAt !== null) {
        await wakeInTime()
        runs += 1
      }
      expect(runs).toBeLessThanOrEqual(runsMax)
      const last = (await told(token)).at(-1)!
      expect(last.body.content).toContain('collected **1,000.00 COIN**')
      expect(await has()).toBe('**1,000.00 COIN**')
    },
    60_000,
  )

  test.each(['deleted', 'expired'])(
    'has no such reply any more (%s): nothing is done',
    async (words) => {
      const { arcade, sent, token, has, wakeInTime } = await owed(words)
      await wakeInTime()
      expect((await heardAbout(token)).map(({ method }) => method)).toEqual(['GET'])
      expect(await noted(arcade, sent)).toEqual(nothing)
      expect(await has()).toBe('**0.00 COIN**')
    },
    40_000,
  )

  test('refuses the form of the answer, that is said', async () => {
    const { arcade, ada, token } = await scenery('picky')
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const sent = { ...command(arcade, blackjack(ada, 100)), token }
    const { finish } = await deliver(arcade, sent, { GAMES_PLAYS: late(env.GAMES_PLAYS, 1_000) })
    await finish()
    const edits = await told(token)
    expect(edits).toHaveLength(2)
    expect(edits[1]!.body.content).toContain('Something went wrong on our side')
    expect(await noted(arcade, sent)).toEqual(nothing)
  }, 40_000)

  test('never takes it: given up when the token is no longer good, with nothing of it in the log', async () => {
    const { arcade, sent, token, logged, wakeInTime } = await owed('deaf')
    const ages: number[] = []
    for (const minutes of [0, 12, 0, 0, 0, 0, 0, 0]) {
      vi.setSystemTime(now() + minutes * 60_000)
      if ((await noted(arcade, sent)).wakesAt !== null) ages.push(await wakeInTime())
    }
    // The last words are tried again every 15 seconds.
    expect(ages.at(-1)).toBeGreaterThanOrEqual(15 * 60 - 2)
    expect(ages.filter((age) => age >= 14 * 60 - 2).length).toBeGreaterThanOrEqual(4)
    expect(await noted(arcade, sent)).toEqual(nothing)
    expect(logged.mock.calls.flat().join('\n')).not.toContain(token)
  }, 120_000)
})

describe('a service that stays away', () => {
  test('is asked again for 14 minutes, at growing distances up to a minute, and then the user is told', async () => {
    const gone = { GAMES_PLAYS: broken(env.GAMES_PLAYS, 0) }
    const { arcade, sent, token, logged, wakeInTime } = await owed('patient', gone)
    const ages: number[] = []
    while ((await noted(arcade, sent)).wakesAt !== null) ages.push(await wakeInTime())
    expect(ages.slice(0, 5)).toEqual([35, 52, 78, 117, 176].map((age) => expect.closeTo(age, -1)))
    const pauses = ages.slice(1).map((age, at) => age - ages[at]!)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61)
    expect(ages.at(-1)).toBeGreaterThanOrEqual(14 * 60 - 2)
    expect(ages.at(-1)).toBeLessThan(14 * 60 + 20)
    const [last, ...more] = await told(token)
    expect(more).toEqual([])
    checkMessage(last!.body, true)
    expect(last!.body.content).toContain('That took too long, and is not tried again.')
    const lines = logged.mock.calls.flat().join('\n')
    expect(lines).toContain('commands.daily')
    expect(lines).not.toContain(token)
  }, 60_000)

  test('and comes back: the reply says what was done, once', async () => {
    const gone = { GAMES_PLAYS: broken(env.GAMES_PLAYS, 0) }
    const { arcade, sent, token, has, wakeInTime } = await owed('patient', gone)
    await wakeInTime()
    await wakeInTime()
    expect(await told(token)).toEqual([])
    await changeServices(arcade, sent, {})
    await wakeInTime()
    const [edit, ...more] = await told(token)
    expect(more).toEqual([])
    expect(edit!.body.content).toContain('collected **1,000.00 COIN**')
    expect(await has()).toBe('**1,000.00 COIN**')
  }, 40_000)

  test('a note that nobody can read, for the secret is another, is thrown away', async () => {
    const { arcade, sent, token, logged, wakeInTime } = await owed('sealed', {
      DISCORD_SECRET: 'test-only-another',
    })
    await wakeInTime()
    expect(await heardAbout(token)).toEqual([])
    expect(await noted(arcade, sent)).toEqual(nothing)
    expect(logged.mock.calls.flat().join('\n')).toContain('A note cannot be read.')
  }, 40_000)
})
