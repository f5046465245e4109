import { describe, expect, test } from 'vitest'
import { newPerson, pressed, use } from '../testing/discord.ts'
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

  test('turns its pages by buttons, all items once, for who asked only', async () => {
    const arcade = await newApplication()
    await newCurrency(arcade, { code: 'COIN', decimals: 0 })
    const names = Array.from({ length: 19 }, (_, index) => `Potion ${index}`)
    for (const name of names)
      await newItem(arcade, { name, currency: 'COIN', price: 1, stock: null })
    const by = newPerson('ada')
    let page = await use(arcade, { by, name: 'shop' })
    const seen: string[] = []
    for (;;) {
      seen.push(...page.embeds[0].fields.map((field: { name: string }) => field.name))
      const [back, next] = page.buttons
      expect(back?.disabled ?? false).toBe(seen.length <= 8)
      if (next?.disabled) break
      page = await pressed(arcade, { by }, { buttons: page.buttons, label: 'Next ▶' })
      expect(page.reply.type).toBe(7)
    }
    expect(seen).toEqual(names)
    const first = await pressed(arcade, { by }, { buttons: page.buttons, label: '◀ Back' })
    expect(first.embeds[0].fields).toHaveLength(8)
    const other = { by: newPerson('grace') }
    const theirs = await pressed(arcade, other, { buttons: page.buttons, label: '◀ Back' })
    expect(theirs).toMatchObject({
      isPrivate: true,
      text: expect.stringContaining('somebody else’s'),
    })
  })
})
