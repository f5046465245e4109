import { describe, expect, test } from 'vitest'
import { balance, daily, newPerson, use } from '../testing/discord.ts'
import { newApplication, newCurrency, openArcade } from '../testing/world.ts'

describe('/daily', () => {
  test('pays the reward and tells everybody, when it is the first of the day', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    const { text, isPrivate } = await use(arcade, daily(ada))
    expect(text).toContain(`<@${ada.id}> collected **1,000.00 COIN**: the first day in a row.`)
    expect(text).toMatch(/<t:\d{10}:R>/)
    expect(isPrivate).toBe(false)
  })

  test('refuses privately, when it was collected before, and pays nothing more', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    const again = await use(arcade, daily(ada))
    expect(again).toMatchObject({
      text: expect.stringContaining('Come back tomorrow'),
      isPrivate: true,
    })
    expect((await use(arcade, balance(ada))).text).toBe('**1,000.00 COIN**')
  })

  test('pays once, for ten different interactions at once', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, daily(ada))))
    expect(replies.filter(({ isPrivate }) => !isPrivate)).toHaveLength(1)
    expect((await use(arcade, balance(ada))).text).toBe('**1,000.00 COIN**')
  })

  test('refuses kindly, when no reward is set', async () => {
    const arcade = await newApplication()
    await newCurrency(arcade, { code: 'COIN', decimals: 0 })
    const { text } = await use(arcade, daily(newPerson('ada')))
    expect(text).toContain('no daily reward')
  })
})
