import { describe, expect, test } from 'vitest'
import { balance, daily, newPerson, pressed, use, type Used } from '../testing/discord.ts'
import { openArcade } from '../testing/world.ts'

type Person = Used['by']
const play = (by: Person, game: string, options: Record<string, string | number>): Used => ({
  by,
  name: 'play',
  options: [
    {
      name: game,
      type: 1,
      options: Object.entries(options).map(([name, value]) => ({
        name,
        type: typeof value === 'string' ? 3 : 10,
        value,
      })),
    },
  ],
})

async function richAda() {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const has = async () =>
    Number(
      /\*\*([\d,.]+) COIN/.exec((await use(arcade, balance(ada))).text)?.[1]?.replaceAll(',', ''),
    )
  return { arcade, ada, has }
}

describe('/play', () => {
  test.each([
    ['dice', { direction: 'under', target: 50 }, / on under 50\. It is \*\*\d+\*\*: /],
    ['slots', {}, /\*\*\. (🍒|🍋|🍇|🔔|⭐|7️⃣)( (🍒|🍋|🍇|🔔|⭐|7️⃣)){2}: /u],
    ['roulette', { on: ' Red ' }, / on red\. The ball lies on \*\*\d+ (red|black|green)\*\*: /],
    ['roulette', { on: '36' }, / on 36\. The ball lies on /],
    ['highlow', { call: 'higher' }, / on higher\. (\d+|[AJQK])[♣♦♥♠] and then /],
  ])('%s with %j says what came, and the balance agrees', async (game, choice, words) => {
    const { arcade, ada, has } = await richAda()
    const { text, isPrivate } = await use(arcade, play(ada, game, { ...choice, bet: 10 }))
    expect(isPrivate).toBe(false)
    expect(text).toMatch(words)
    expect(text).toMatch(/\nRound `rnd_[0-9a-z]{26}`$/)
    const won = Number(/won \*\*([\d,.]+) COIN/.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
    expect(await has()).toBeCloseTo(1_000 - 10 + won, 2)
  })

  test.each([
    ['dice', { direction: 'under', target: 1 }],
    ['dice', { direction: 'beside', target: 50 }],
    ['roulette', { on: '37' }],
    ['roulette', { on: '@everyone' }],
    ['highlow', { call: 'maybe' }],
    ['slots', { reel: 'seven' }],
    ['poker', {}],
  ])('refuses %s with %j, and stakes nothing', async (game, choice) => {
    const { arcade, ada, has } = await richAda()
    const refused = await use(arcade, play(ada, game, { ...choice, bet: 10 }))
    expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining('has changed') })
    expect(await has()).toBe(1_000)
  })
})

describe('/play blackjack', () => {
  test('goes on by buttons to its end, each pressed twice at once, and the balance agrees, over six rounds', async () => {
    const { arcade, ada, has } = await richAda()
    let expected = 1_000
    for (let round = 0; round < 6; round++) {
      let table = await use(arcade, play(ada, 'blackjack', { bet: 10 }))
      for (let step = 0; table.buttons.length > 0; step++) {
        const label = step === 0 && round % 2 === 0 ? 'Double' : step < 2 ? 'Hit' : 'Stand'
        const { buttons } = table
        const [first, second] = await Promise.all([
          pressed(arcade, { by: ada }, { buttons, label }),
          pressed(arcade, { by: ada }, { buttons, label }),
        ])
        expect(first?.reply).toEqual(second?.reply)
        table = first!
      }
      const { description } = table.embeds[0] as { description: string }
      const staked = Number(/has \*\*([\d.]+) COIN/.exec(description)?.[1])
      const paid = Number(/\*\*([\d.]+) COIN\*\* paid out/.exec(description)?.[1] ?? 0)
      expected += paid - staked
    }
    expect(await has()).toBeCloseTo(expected, 2)
  }, 60_000)

  test("refuses somebody else's press, and an older button", async () => {
    const { arcade, ada } = await richAda()
    for (let round = 0; round < 12; round++) {
      const table = await use(arcade, play(ada, 'blackjack', { bet: 1 }))
      if (table.buttons.length === 0) continue
      const { buttons } = table
      const grace = { by: newPerson('grace') }
      const theirs = await pressed(arcade, grace, { buttons, label: 'Stand' })
      expect(theirs).toMatchObject({
        isPrivate: true,
        text: expect.stringContaining('somebody else’s'),
      })
      await pressed(arcade, { by: ada }, { buttons, label: 'Stand' })
      const late = await pressed(arcade, { by: ada }, { buttons, label: 'Hit' })
      expect(late.isPrivate).toBe(true)
      return
    }
    throw new Error('Twelve rounds ended with the first two cards.')
  }, 60_000)
})
