/** `/economy item`: a manager adds something to the shop by a form, changes it, or takes it off sale. */
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'
import { type AmountRefusal, asTyped, fromTyped, shown, toMinorUnits } from './amounts.ts'
import type { Action, Command, Context, NewInput } from './commands/command.ts'
import { chooseCurrency } from './commands/currency-option.ts'
import { itemOption } from './commands/item-options.ts'
import { colors } from './look.ts'
import { limits, optionType } from './protocol.ts'
import { type Content, message, update } from './reply.ts'
import { escaped } from './text.ts'

type Item = Extract<
  Awaited<ReturnType<DiscordEnv['SHOP_CATALOGUE']['update']>>,
  { ok: true }
>['value']
type Price = Item['price']

const nameCharacters = 100
const descriptionCharacters = 1_000
const priceCharacters = 40
const numberCharacters = 10

export const itemSubcommand = {
  type: optionType.subcommand,
  name: 'item',
  description: 'Add something to the shop, or change it',
  options: [{ ...itemOption, required: false, description: 'Which one; without it a new one' }],
}
export const ItemWish = z.strictObject({
  item: z.string().min(1).max(limits.choiceValue).optional(),
})

/** On sale or not. */
export const suggestManagedItems: NonNullable<Command['complete']> = async (env, caller, typed) => {
  const wanted = typed.trim().toLowerCase()
  const items = await env.SHOP_CATALOGUE.items(caller)
  return items
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .map(({ id, name, isActive }) => ({ name: isActive ? name : `${name} (retired)`, value: id }))
}

export async function manageItem(context: Context, { item: text }: z.infer<typeof ItemWish>) {
  if (text === undefined) {
    return ok(context.modal({ title: 'New item', action: 'newItem', inputs: inputsFor({}) }))
  }
  const item = await context.env.SHOP_CATALOGUE.find(context.caller, text)
  return item ? ok(message('user', await contentOf(context, item))) : fail('item_not_found')
}

export const itemActions: Record<string, Action> = {
  newItem: {
    waits: 'user',
    run: async (context, { inputs }) => {
      const read = await readForm(context, inputs)
      if (!read.ok) return read
      const stock = wholeNumber(inputs['stock'])
      if (!stock.ok) return stock
      const order = { item: { ...read.value, stock: stock.value }, key: context.key }
      const made = await context.env.SHOP_CATALOGUE.create(context.caller, order)
      return made.ok ? ok(message('user', await contentOf(context, made.value))) : made
    },
  },
  editItem: {
    waits: 'form',
    run: async (context, { args: [itemId = ''] }) => {
      const { env, caller, modal } = context
      const item = await env.SHOP_CATALOGUE.find(caller, itemId)
      if (!item) return fail('item_not_found')
      const price = asTyped(item.price.amount, await currencyFor(context, item.price))
      const stock = item.stock === null ? '' : String(item.stock)
      const args = [itemId, String(item.version), stock]
      const inputs = inputsFor({ ...item, price, stock })
      return ok(modal({ title: 'Change the item', action: 'saveItem', args, inputs }))
    },
  },
  saveItem: {
    waits: 'update',
    run: async (context, { args: [itemId = '', version = '', stockShown = ''], inputs }) => {
      const read = await readForm(context, inputs)
      if (!read.ok) return read
      const stock = wholeNumber(inputs['stock'])
      if (!stock.ok) return stock
      // What was sold while the form was open stays sold: a number that nobody changed says nothing.
      const isNewStock = (inputs['stock'] ?? '').trim() !== stockShown
      const patch = { ...read.value, ...(isNewStock && { stock: stock.value }) }
      return change(context, { itemId, version: Number(version), patch })
    },
  },
  sellItem: {
    waits: 'update',
    run: (context, { args: [itemId = '', isActive = ''] }) =>
      change(context, { itemId, patch: { isActive: isActive === '1' } }),
  },
}

type Change = { itemId: string; version?: number; patch: Partial<Item> }

async function change(context: Context, changed: Change) {
  const { env, caller, key } = context
  const saved = await env.SHOP_CATALOGUE.update(caller, { ...changed, key })
  return saved.ok ? ok(update(await contentOf(context, saved.value))) : saved
}

type Shown = { name?: string; price?: string; stock?: string } & Partial<
  Pick<Item, 'limitPerUser' | 'description'>
>

const inputsFor = ({ name, price, stock, limitPerUser, description }: Shown): NewInput[] => [
  { name: 'name', label: 'Name', max: nameCharacters, ...(name !== undefined && { value: name }) },
  {
    name: 'price',
    label: 'Price',
    placeholder: 'for example 250, or 2.50 GEM',
    max: priceCharacters,
    ...(price !== undefined && { value: price }),
  },
  {
    name: 'stock',
    label: 'Stock',
    placeholder: 'empty: unlimited',
    max: numberCharacters,
    isOptional: true,
    ...(stock !== undefined && { value: stock }),
  },
  {
    name: 'limit',
    label: 'Most that one player may buy',
    placeholder: 'empty: no limit',
    max: numberCharacters,
    isOptional: true,
    value: limitPerUser ? String(limitPerUser) : '',
  },
  {
    name: 'description',
    label: 'Description',
    max: descriptionCharacters,
    isLong: true,
    isOptional: true,
    value: description ?? '',
  },
]

type Read = Pick<Item, 'name' | 'price' | 'limitPerUser' | 'description'>
type ReadRefusal = AmountRefusal | 'price_unreadable' | 'number_unreadable' | 'no_currency'

async function readForm(
  context: Context,
  inputs: Record<string, string>,
): Promise<Result<Read, ReadRefusal | 'currency_not_found'>> {
  const price = await readPrice(context, inputs['price'] ?? '')
  if (!price.ok) return price
  const limit = wholeNumber(inputs['limit'])
  if (!limit.ok) return limit
  const { name = '', description = '' } = inputs
  return ok({ name: name.trim(), price: price.value, limitPerUser: limit.value, description })
}

async function readPrice(
  context: Context,
  text: string,
): Promise<Result<Price, ReadRefusal | 'currency_not_found'>> {
  const typed = fromTyped(text)
  if (!typed) return fail('price_unreadable')
  const currency = await chooseCurrency(context, typed.code)
  if (!currency.ok) return currency
  const amount = toMinorUnits(typed.units, currency.value)
  return amount.ok ? ok({ currency: currency.value.code, amount: amount.value }) : amount
}

/** Null for an empty input. */
function wholeNumber(text = ''): Result<number | null, 'number_unreadable'> {
  const trimmed = text.trim()
  if (trimmed === '') return ok(null)
  return /^\d{1,10}$/.test(trimmed) ? ok(Number(trimmed)) : fail('number_unreadable')
}

/** A price may name a currency that the project lacks: then it is shown as it is stored. */
async function currencyFor({ env, caller }: Context, { currency: code }: Price) {
  const currencies = await env.WALLET_TRANSFERS.currencies(caller)
  return currencies.find((each) => each.code === code) ?? { code, decimals: 0 }
}

async function contentOf(context: Context, item: Item): Promise<Content> {
  const { id, name, description, stock, limitPerUser, isActive, version } = item
  const prices: string[] = []
  for (const price of [item.price, ...item.otherPrices]) {
    prices.push(shown(price.amount, await currencyFor(context, price)))
  }
  const field = (title: string, value: string) => ({ name: title, value, inline: true })
  return {
    embed: {
      title: escaped(name, nameCharacters),
      ...(description !== '' && { description: escaped(description, descriptionCharacters) }),
      color: isActive ? colors.good : colors.bad,
      fields: [
        field('Price', prices.join('\n')),
        field('Stock', stock === null ? 'unlimited' : stock.toLocaleString('en-US')),
        field('Most for one player', limitPerUser?.toLocaleString('en-US') ?? 'no limit'),
        field('In the shop', isActive ? 'yes' : 'no, it is retired'),
      ],
      footer: { text: `${id}, version ${version}` },
    },
    buttons: [
      [
        context.button({ label: 'Edit', action: 'editItem', args: [id], style: 'primary' }),
        isActive
          ? context.button({
              label: 'Retire',
              action: 'sellItem',
              args: [id, '0'],
              style: 'danger',
            })
          : context.button({
              label: 'Sell again',
              action: 'sellItem',
              args: [id, '1'],
              style: 'success',
            }),
      ],
    ],
  }
}
