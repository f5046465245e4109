import { describe, expect, test } from 'vitest'
import { balance, buy, daily, newPerson, suggest, use } from '../testing/discord.ts'
import { newItem, openArcade, snowflake } from '../testing/world.ts'

async function richAda() {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const has = async () => (await use(arcade, balance(ada))).text
  return { arcade, ada, has }
}

describe('/buy', () => {
  test('buys by name in any case, takes the price and tells everybody', async () => {
    const { arcade, ada, has } = await richAda()
    const { text, isPrivate } = await use(arcade, buy(ada, 'wooden *sword*', 2))
    expect(text).toBe(`<@${ada.id}> bought **2 × Wooden \\*Sword\\*** for **500.00 COIN**.`)
    expect(isPrivate).toBe(false)
    expect(await has()).toBe('**500.00 COIN**')
  })

  test('buys what a suggestion stands for', async () => {
    const { arcade, ada } = await richAda()
    const [first] = await suggest(arcade, ada, 'SWO')
    expect(first?.name).toBe('Wooden *Sword*')
    expect((await use(arcade, buy(ada, first?.value ?? ''))).text).toContain('**1 × Wooden')
  })

  test('buys once and replies equally, for ten copies of one interaction at once', async () => {
    const { arcade, ada, has } = await richAda()
    const copy = { ...buy(ada, 'Wooden *Sword*'), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { reply } of replies) expect(reply).toEqual(replies[0]?.reply)
    expect(await has()).toBe('**750.00 COIN**')
  })

  test('sells the last ones once, when more people than pieces come at once', async () => {
    const { arcade } = await richAda()
    const buyers = Array.from({ length: 6 }, (_, index) => newPerson(`buyer ${index}`))
    await Promise.all(buyers.map((buyer) => use(arcade, daily(buyer))))
    const replies = await Promise.all(buyers.map((by) => use(arcade, buy(by, 'Wooden *Sword*'))))
    expect(replies.filter(({ text }) => text.includes('bought'))).toHaveLength(3)
    expect(replies.filter(({ text }) => text.includes('not that many left'))).toHaveLength(3)
  })

  test('refuses privately what does not exist, is sold out, or costs too much', async () => {
    const { arcade, ada, has } = await richAda()
    const crown = { name: 'Crown', currency: 'COIN', price: 100_001, stock: 1 }
    await newItem(arcade, crown)
    const refusals = [
      await use(arcade, buy(ada, 'Shield')),
      await use(arcade, buy(ada, 'Wooden *Sword*', 4)),
      await use(arcade, buy(ada, 'Crown')),
    ]
    expect(refusals.map(({ isPrivate }) => isPrivate)).toEqual([true, true, true])
    const sentences = ['no such item', 'not that many left', 'do not have enough']
    refusals.forEach(({ text }, index) => expect(text).toContain(sentences[index]))
    expect(await has()).toBe('**1,000.00 COIN**')
  })

  test.each([-1, 1.5, 1_001])('refuses the quantity %d', async (quantity) => {
    const { arcade, ada } = await richAda()
    expect((await use(arcade, buy(ada, 'Wooden *Sword*', quantity))).text).toContain('has changed')
  })

  test('cannot buy from the shop of another project', async () => {
    const { arcade, ada } = await richAda()
    const other = await openArcade()
    const foreign = { name: 'Foreign', currency: 'COIN', price: 1, stock: 1 }
    const id = await newItem(other, foreign)
    expect((await use(arcade, buy(ada, id))).text).toContain('no such item')
    expect(await suggest(arcade, ada, 'Foreign')).toEqual([])
  })

  test('suggests at most 25, and nothing for what nobody sells', async () => {
    const { arcade, ada } = await richAda()
    for (let count = 0; count < 30; count++) {
      await newItem(arcade, { name: `Potion ${count}`, currency: 'COIN', price: 1, stock: null })
    }
    expect(await suggest(arcade, ada, 'potion')).toHaveLength(25)
    expect(await suggest(arcade, ada, '')).toHaveLength(25)
    expect(await suggest(arcade, ada, 'unicorn')).toEqual([])
  })
})
