import { amountMax } from '@coinop/shared/money'
import { describe, expect, test } from 'vitest'
import { rowOf } from './catalogue.ts'
import { NewItem } from './model.ts'
import { type Buyer, termsOf } from './purchase-rules.ts'

const sword = 'itm_01k9x6c3v5t8r2m4n7p0q1s2w3'
const gem = 'itm_01k9x6c3v5t8r2m4n7p0q1s2w4'
const [guard, thief] = ['1180000000000000001', '1180000000000000002']
const noon = Date.parse('2030-06-01T12:00:00.000Z')

const product = (given: object) =>
  rowOf(
    'prj',
    sword,
    NewItem.parse({ name: 'Sword', price: { currency: 'COIN', amount: 10 }, ...given }),
  )
const buyer = (known: Partial<Buyer> = {}): Buyer => ({
  at: noon,
  bought: 0,
  owned: new Map(),
  balances: new Map(),
  facts: {},
  ...known,
})
const asked = (quantity = 1, currency?: string, expectedPrice: number | null = null) => ({
  quantity,
  currency,
  expectedPrice,
})
const codeOf = (given: object, known: Partial<Buyer> = {}, wanted = asked()) => {
  const terms = termsOf(product(given), wanted, buyer(known))
  return terms.ok ? 'ok' : terms.code
}

describe('the terms of a purchase', () => {
  test('one piece of the item for its first price, when nothing else is said', () => {
    expect(termsOf(product({}), asked(), buyer())).toEqual({
      ok: true,
      value: {
        currency: 'COIN',
        unitPrice: 10,
        grants: [{ itemId: sword, quantity: 1 }],
        effects: [],
      },
    })
  })

  test('the price in the currency that the buyer names, if there is one', () => {
    const otherPrices = [{ currency: 'GEM', amount: 3 }]
    const inGems = termsOf(product({ otherPrices }), asked(2, 'GEM', 3), buyer())
    expect(inGems).toMatchObject({ ok: true, value: { currency: 'GEM', unitPrice: 3 } })
    expect(codeOf({ otherPrices }, {}, asked(1, 'GEM', 10))).toBe('price_changed')
    expect(codeOf({ otherPrices }, {}, asked(1, 'RUBY'))).toBe('currency_not_accepted')
  })

  test.each([
    ['not_on_sale', '2030-06-01T12:00:00.001Z', null],
    ['ok', '2030-06-01T12:00:00.000Z', null],
    ['ok', null, '2030-06-01T12:00:00.001Z'],
    ['not_on_sale', null, '2030-06-01T12:00:00.000Z'],
  ])('%s when the sale lasts from %s to %s and it is noon', (code, saleStartsAt, saleEndsAt) => {
    expect(codeOf({ saleStartsAt, saleEndsAt })).toBe(code)
  })

  test('a limit per user counts what was bought before', () => {
    expect(codeOf({ limitPerUser: 3 }, { bought: 1 }, asked(2))).toBe('ok')
    expect(codeOf({ limitPerUser: 3 }, { bought: 2 }, asked(2))).toBe('user_limit_exceeded')
  })

  test('a bundle brings its contents instead of itself; actions come on top, for each piece', () => {
    const onPurchase = [
      { kind: 'item', itemId: gem, quantity: 1 },
      { kind: 'currency', currency: 'COIN', amount: 4 },
      { kind: 'role', roleId: guard },
    ]
    const contents = [{ itemId: gem, quantity: 5 }]
    expect(termsOf(product({ contents, onPurchase }), asked(3), buyer())).toMatchObject({
      value: {
        grants: [{ itemId: gem, quantity: 18 }],
        effects: [
          { kind: 'currency', currency: 'COIN', amount: 12, roleId: null },
          { kind: 'role_grant', currency: null, amount: null, roleId: guard },
        ],
      },
    })
  })

  test('total_limit_exceeded when the price or what an action pays is larger than an amount', () => {
    const price = { currency: 'COIN', amount: amountMax }
    expect(codeOf({ price })).toBe('ok')
    expect(codeOf({ price }, {}, asked(2))).toBe('total_limit_exceeded')
    const onPurchase = [{ kind: 'currency', currency: 'COIN', amount: amountMax }]
    expect(codeOf({ onPurchase }, {}, asked(2))).toBe('total_limit_exceeded')
  })
})

describe('requirements', () => {
  const role = { kind: 'role', roleId: guard }
  const item = { kind: 'item', itemId: gem, quantity: 2 }
  const rich = { kind: 'balance', currency: 'COIN', amount: 100 }
  const level = { kind: 'level', level: 5 }
  const well: Partial<Buyer> = {
    owned: new Map([[gem, 2]]),
    balances: new Map([['COIN', 100]]),
    facts: { roleIds: [thief, guard], level: 5 },
  }
  const badly: Partial<Buyer> = {
    owned: new Map([[gem, 1]]),
    balances: new Map([['COIN', 99]]),
    facts: { roleIds: [thief], level: 4 },
  }

  test.each([role, item, rich, level])('all, any and none of %j', (condition) => {
    for (const list of ['all', 'any']) {
      expect(codeOf({ requirements: { [list]: [condition] } }, well)).toBe('ok')
      expect(codeOf({ requirements: { [list]: [condition] } }, badly)).toBe('requirements_not_met')
    }
    expect(codeOf({ requirements: { none: [condition] } }, badly)).toBe('ok')
    expect(codeOf({ requirements: { none: [condition] } }, well)).toBe('requirements_not_met')
  })

  test('any is one of them, all is each of them', () => {
    const mixed = { ...badly, owned: new Map([[gem, 2]]) }
    expect(codeOf({ requirements: { any: [role, item] } }, mixed)).toBe('ok')
    expect(codeOf({ requirements: { all: [role, item] } }, mixed)).toBe('requirements_not_met')
  })

  test.each([role, level])(
    'what nobody has said is neither met nor its opposite: %j',
    (condition) => {
      for (const list of ['all', 'any', 'none']) {
        expect(codeOf({ requirements: { [list]: [condition] } })).toBe('requirements_not_met')
      }
    },
  )
})
