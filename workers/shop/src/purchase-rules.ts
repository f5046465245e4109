/** What a purchase costs and brings, or why the item cannot be had. Pure. */
import { amountMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'
import type {
  Action,
  Condition,
  Facts,
  NewEffect,
  Pieces,
  Price,
  Requirements,
} from './item-parts.ts'
import { isWithinTotal } from './model.ts'
import type { ProductRow } from './schema.ts'

export type TermsRefusal =
  | 'item_unavailable'
  | 'not_on_sale'
  | 'currency_not_accepted'
  | 'price_changed'
  | 'total_limit_exceeded'
  | 'out_of_stock'
  | 'user_limit_exceeded'
  | 'requirements_not_met'

export type Asked = {
  quantity: number
  /** Undefined: the item's first price. */
  currency: string | undefined
  /** Minor units for one piece; null when the buyer takes any price. */
  expectedPrice: number | null
}
/** How the buyer stands: `owned` and `balances` say something about what the requirements name. */
export type Buyer = {
  at: number
  bought: number
  owned: ReadonlyMap<string, number>
  balances: ReadonlyMap<string, number>
  facts: Facts
}
export type Terms = {
  currency: string
  unitPrice: number
  grants: Pieces[]
  effects: NewEffect[]
}

export function termsOf(
  product: ProductRow,
  asked: Asked,
  buyer: Buyer,
): Result<Terms, TermsRefusal> {
  const { quantity } = asked
  if (!product.isActive) return fail('item_unavailable')
  if (!isOnSale(product, buyer.at)) return fail('not_on_sale')
  const agreed = priceOf(product, asked)
  if (!agreed.ok) return agreed
  const price = agreed.value
  const brought = broughtBy(product.onPurchase, quantity)
  if (!isWithinTotal(price.amount, quantity) || !brought) return fail('total_limit_exceeded')
  if (product.stock !== null && product.stock < quantity) return fail('out_of_stock')
  if (!isWithinLimit(product, buyer.bought + quantity)) return fail('user_limit_exceeded')
  if (!isMet(product.requirements, buyer)) return fail('requirements_not_met')
  const { id, contents } = product
  const own = contents.length > 0 ? contents : [{ itemId: id, quantity: 1 }]
  const grants = together([...times(own, quantity), ...brought.grants])
  return ok({ currency: price.currency, unitPrice: price.amount, grants, effects: brought.effects })
}

const isOnSale = ({ saleStartsAt, saleEndsAt }: ProductRow, at: number) =>
  (saleStartsAt === null || saleStartsAt <= at) && (saleEndsAt === null || at < saleEndsAt)

const isWithinLimit = ({ limitPerUser }: ProductRow, bought: number) =>
  limitPerUser === null || bought <= limitPerUser

function priceOf(
  { currency, price, otherPrices }: ProductRow,
  { currency: wanted, expectedPrice }: Asked,
): Result<Price, 'currency_not_accepted' | 'price_changed'> {
  const found = [{ currency, amount: price }, ...otherPrices].find(
    (each) => wanted === undefined || each.currency === wanted,
  )
  if (!found) return fail('currency_not_accepted')
  if (expectedPrice !== null && found.amount !== expectedPrice) return fail('price_changed')
  return ok(found)
}

const times = (pieces: Pieces[], count: number) =>
  pieces.map(({ itemId, quantity }) => ({ itemId, quantity: quantity * count }))

/** One line per item. */
function together(pieces: Pieces[]): Pieces[] {
  const sums = new Map<string, number>()
  for (const { itemId, quantity } of pieces) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity)
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity }))
}

/** What the actions bring for so many pieces, a role once; undefined when an amount would be too large. */
export function broughtBy(
  actions: Action[],
  count: number,
): { grants: Pieces[]; effects: NewEffect[] } | undefined {
  const pieces = actions.filter((action) => action.kind === 'item')
  const effects = actions.flatMap((action): NewEffect[] => {
    if (action.kind === 'item') return []
    if (action.kind === 'role') {
      return [{ kind: 'role_grant', currency: null, amount: null, roleId: action.roleId }]
    }
    const { currency, amount } = action
    return [{ kind: 'currency', currency, amount: amount * count, roleId: null }]
  })
  if (effects.some(({ amount }) => amount !== null && amount > amountMax)) return undefined
  return { grants: together(times(pieces, count)), effects }
}

export function isMet({ all, any, none }: Requirements, buyer: Buyer): boolean {
  const answers = (condition: Condition) => holds(condition, buyer)
  return (
    all.every((condition) => answers(condition) === true) &&
    (any.length === 0 || any.some((condition) => answers(condition) === true)) &&
    none.every((condition) => answers(condition) === false)
  )
}

/** Undefined when nobody has said. */
function holds(condition: Condition, { owned, balances, facts }: Buyer): boolean | undefined {
  if (condition.kind === 'role') return facts.roleIds?.includes(condition.roleId)
  if (condition.kind === 'item') return (owned.get(condition.itemId) ?? 0) >= condition.quantity
  if (condition.kind === 'balance') {
    return (balances.get(condition.currency) ?? 0) >= condition.amount
  }
  return facts.level === undefined ? undefined : facts.level >= condition.level
}

export const conditionsOf = ({ all, any, none }: Requirements): Condition[] => [
  ...all,
  ...any,
  ...none,
]
