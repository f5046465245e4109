import { describe, expect, test } from 'vitest'
import { balance, daily, newPerson, use } from '../testing/discord.ts'
import { newApplication, newCurrency, openArcade } from '../testing/world.ts'

describe('/balance', () => {
  test('shows every currency with its decimals, to the user only', async () => {
    const arcade = await openArcade()
    await newCurrency(arcade, { code: 'GOLD_BAR', decimals: 0 })
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    const { text, isPrivate } = await use(arcade, balance(ada))
    expect(text).toBe('**1,000.00 COIN**\n**0 GOLD\\_BAR**')
    expect(isPrivate).toBe(true)
  })

  test('shows zero to a newcomer, who is a player from then on', async () => {
    const arcade = await openArcade()
    expect((await use(arcade, balance(newPerson('ada')))).text).toBe('**0.00 COIN**')
  })

  test('still fits, for a project with a hundred currencies', async () => {
    const arcade = await newApplication()
    for (let count = 0; count < 100; count++) {
      await newCurrency(arcade, { code: `C_${String(count).padStart(14, '_')}`, decimals: 8 })
    }
    const { text } = await use(arcade, balance(newPerson('ada')))
    expect(text.endsWith('\n…')).toBe(true)
  })

  test('refuses kindly and privately, for a project without a currency', async () => {
    const { text, isPrivate } = await use(await newApplication(), balance(newPerson('ada')))
    expect({ text, isPrivate }).toEqual({
      text: expect.stringContaining('no currency'),
      isPrivate: true,
    })
  })
})
