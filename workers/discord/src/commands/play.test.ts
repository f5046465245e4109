import { describe, expect, test } from 'vitest'
import { balance, coinflip, daily, newPerson, use } from '../testing/discord.ts'
import { openArcade, snowflake } from '../testing/world.ts'

async function richAda() {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const has = async () => (await use(arcade, balance(ada))).text
  return { arcade, ada, has }
}

describe('/play coinflip', () => {
  test('says what fell, and the balance agrees, over twelve rounds', async () => {
    const { arcade, ada, has } = await richAda()
    let expected = 1_000
    const fallen = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const { text, isPrivate } = await use(arcade, coinflip(ada, 'heads', 10))
      expect(isPrivate).toBe(false)
      expect(text).toContain(`<@${ada.id}> bet **10.00 COIN** on heads.`)
      expect(text).toMatch(/\nRound `rnd_[0-9a-z]{26}`$/)
      const landed = /It is \*\*(heads|tails)\*\*/.exec(text)?.[1] ?? 'nothing'
      const won = /won \*\*(\d+\.\d\d) COIN\*\*/.exec(text)?.[1]
      fallen.add(landed)
      expect(won !== undefined).toBe(landed === 'heads')
      expected += Number(won ?? 0) - 10
    }
    expect([...fallen].every((side) => ['heads', 'tails'].includes(side))).toBe(true)
    const sum = expected.toFixed(2).replace(/^(\d)(\d{3}\.)/, '$1,$2')
    expect(await has()).toBe(`**${sum} COIN**`)
  })

  test('plays once and replies equally, for ten copies of one interaction at once', async () => {
    const { arcade, ada, has } = await richAda()
    const copy = { ...coinflip(ada, 'tails', 100), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { reply } of replies) expect(reply).toEqual(replies[0]?.reply)
    expect(['**900.00 COIN**', '**1,100.00 COIN**']).toContain(await has())
  })

  test('refuses privately, when there is not enough', async () => {
    const { arcade, ada, has } = await richAda()
    expect(await use(arcade, coinflip(ada, 'heads', 1_001))).toMatchObject({
      text: expect.stringContaining('do not have enough'),
      isPrivate: true,
    })
    expect(await has()).toBe('**1,000.00 COIN**')
  })

  test.each([
    ['edge', 1, 'has changed'],
    ['heads', 0, 'above zero'],
    ['heads', -1, 'above zero'],
    ['heads', 0.001, 'decimals'],
    ['heads', 1e9, 'smaller amount'],
    ['heads', 1e11, 'astronomically'],
  ])('refuses %s for %d', async (side, bet, sentence) => {
    const { arcade, ada } = await richAda()
    expect((await use(arcade, coinflip(ada, side, bet))).text).toContain(sentence)
  })

  test('refuses a game that Discord does not know yet', async () => {
    const { arcade, ada } = await richAda()
    const roulette = {
      by: ada,
      name: 'play',
      options: [{ name: 'roulette', type: 1, options: [] }],
    }
    expect((await use(arcade, roulette)).text).toContain('has changed')
  })
})
