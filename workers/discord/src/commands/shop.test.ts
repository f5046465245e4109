import { describe, expect, test } from 'vitest'
import { newPerson, use } from '../testing/discord.ts'
import { newApplication, newCurrency, newItem, openArcade } from '../testing/world.ts'

const shop = () => ({ by: newPerson('ada'), name: 'shop' })

describe('/shop', () => {
  test('lists items with price and stock, their words escaped', async () => {
    const arcade = await openArcade()
    await newItem(arcade, {
      name: 'Map',
      currency: 'COIN',
      price: 5,
      stock: null,
      description: '[click](https://evil.example) @everyone',
    })
    const { embeds } = await use(arcade, shop())
    expect(embeds[0].fields).toEqual([
      { name: 'Wooden \\*Sword\\*', value: '**250.00 COIN** · 3 left' },
      {
        name: 'Map',
        value:
          '**0.05 COIN** · unlimited\n\\[click\\]\\(https\\:\\/\\/evil\\.example\\) \\@everyone',
      },
    ])
  })

  test('says that nothing is for sale, when nothing is', async () => {
    const { embeds } = await use(await newApplication(), shop())
    expect(embeds[0]).toMatchObject({ description: 'Nothing is for sale yet.', fields: [] })
  })

  test('still fits, with the longest names and descriptions and more items than fields', async () => {
    const arcade = await newApplication()
    await newCurrency(arcade, { code: 'COIN', decimals: 8 })
    for (let count = 0; count < 30; count++) {
      await newItem(arcade, {
        name: `${count} ${'*'.repeat(97)}`,
        currency: 'COIN',
        price: 1e12,
        stock: 1e9,
        description: '_'.repeat(1_000),
      })
    }
    const { embeds } = await use(arcade, shop())
    expect(embeds[0].fields.length).toBeGreaterThan(5)
  })
})
