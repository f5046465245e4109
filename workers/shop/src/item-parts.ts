/** The parts of an item: its prices, what it takes to buy it, and what a purchase or a use brings. */
import { z } from '@hono/zod-openapi'
import { IdOf } from '@coinop/shared/ids'
import { Amount, CurrencyCode } from '@coinop/shared/money'

/** Most pieces in one order, one use, one gift, or of one item on one side of a trade. */
export const quantityMax = 1_000
/** Most actions at one occasion, and most conditions in one list. */
const actionsMax = 5
const conditionsMax = 10
const otherPricesMax = 9
const contentsMax = 20
const rolesMax = 250
const levelMax = 1_000_000_000

export const ItemId = IdOf('itm')
export const Quantity = z.int().min(1).max(quantityMax)
/** Ids of Discord are numbers of up to 64 bits, written as text. */
export const RoleId = z
  .string()
  .regex(/^[1-9][0-9]{16,19}$/, 'Expected the id of a Discord role: 17 to 20 digits.')
  .openapi({ example: '1180000000000000001' })

export const Price = z.strictObject({ currency: CurrencyCode, amount: Amount })
export type Price = z.infer<typeof Price>

const unlike = (prices: Price[]) =>
  new Set(prices.map(({ currency }) => currency)).size === prices.length
export const OtherPrices = z
  .array(Price)
  .max(otherPricesMax)
  .refine(unlike, { message: 'Name each currency once.' })
  .openapi({ description: 'The same piece in other currencies; the buyer chooses one' })

/** So many pieces of an item. */
export const Pieces = z.strictObject({ itemId: ItemId, quantity: Quantity })
export type Pieces = z.infer<typeof Pieces>

/** Pieces that change hands in a trade. */
export type TradedPieces = Pieces & { userId: string; recipientId: string }
/** With the name of the item when they were set aside. */
export type HeldPieces = TradedPieces & { itemName: string }

export const Contents = z.array(Pieces).max(contentsMax).openapi({
  description: 'Of a bundle: what the buyer gets for one piece, instead of the item itself',
})

export const Action = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('currency'), currency: CurrencyCode, amount: Amount }),
    z.strictObject({ kind: z.literal('item'), itemId: ItemId, quantity: Quantity }),
    z.strictObject({ kind: z.literal('role'), roleId: RoleId }),
  ])
  .openapi('Action')
export type Action = z.infer<typeof Action>
export const Actions = z.array(Action).max(actionsMax)

export const Condition = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('role'), roleId: RoleId }),
    z.strictObject({ kind: z.literal('item'), itemId: ItemId, quantity: Quantity.default(1) }),
    z.strictObject({ kind: z.literal('balance'), currency: CurrencyCode, amount: Amount }),
    z.strictObject({ kind: z.literal('level'), level: z.int().min(1).max(levelMax) }),
  ])
  .openapi('Condition')
export type Condition = z.infer<typeof Condition>

const Conditions = z.array(Condition).max(conditionsMax).default([])
export const Requirements = z
  .strictObject({ all: Conditions, any: Conditions, none: Conditions })
  .openapi('Requirements', {
    description:
      'What holds for the buyer when the order is opened: each of `all`, one of `any` unless it is empty, nothing of `none`',
  })
export type Requirements = z.infer<typeof Requirements>
export const noRequirements: Requirements = { all: [], any: [], none: [] }

export const Facts = z.strictObject({
  roleIds: z.array(RoleId).max(rolesMax).optional(),
  level: z.int().min(0).max(levelMax).optional(),
})
/** What only the caller knows of the buyer. What is not said counts as unknown, and unknown meets no condition. */
export type Facts = z.infer<typeof Facts>

export const effectStates = ['pending', 'done', 'failed'] as const
export const Effect = z
  .strictObject({
    id: z.string().openapi({ example: 'ord_01k9x6c3v5t8r2m4n7p0q1s2w3/1' }),
    kind: z.enum(['currency', 'role_grant', 'role_revoke']),
    currency: CurrencyCode.nullable(),
    amount: Amount.nullable(),
    roleId: RoleId.nullable(),
    state: z.enum(effectStates).openapi({
      description: 'pending: currency is paid within minutes, roles when the Discord bot confirms',
    }),
    reason: z.string().nullable().openapi({
      description: 'Why it failed, or of a role why it was not done at the last try',
    }),
  })
  .openapi('Effect')
export type Effect = z.infer<typeof Effect>
/** A member of a Discord server, as an application's bot reaches them. */
export type Place = { applicationId: string; serverId: string; discordId: string }
/** An effect that an order or a use will have; `place` is where a role is to be had. */
export type NewEffect = Pick<Effect, 'kind' | 'currency' | 'amount' | 'roleId'> & { place?: Place }

/** The effects of something that happened at this place. */
export const effectsAt = (effects: NewEffect[], place: Place | undefined): NewEffect[] =>
  place
    ? effects.map((effect) => (effect.kind === 'role_grant' ? { ...effect, place } : effect))
    : effects
