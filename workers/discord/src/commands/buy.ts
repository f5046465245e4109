/** `/buy`: buys an item by its name or id; names are suggested while typing. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { effectLines, placeOf } from '../effects.ts'
import { limits } from '../protocol.ts'
import { message } from '../reply.ts'
import { escaped, mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { currencyOf } from './currency-option.ts'
import { itemOption, quantityMax, quantityOption } from './item-options.ts'

const nameCharacters = 100
/** Suggestions look at this many items, oldest first; `/buy` itself finds any. */
const suggestedFrom = 100

export const buy = defineCommand({
  definition: {
    name: 'buy',
    description: 'Buy something from the shop',
    options: [itemOption, quantityOption],
  },
  audience: 'channel',
  options: z.strictObject({
    item: z.string().min(1).max(limits.choiceValue),
    quantity: z.int().min(1).max(quantityMax).default(1),
  }),
  handle: async (context, { item: text, quantity }) => {
    const { env, caller, player, interaction, key } = context
    const item = await env.SHOP_PURCHASES.findItem(caller, text)
    if (!item) return fail('item_not_found')
    const facts = { roleIds: interaction.member?.roles ?? [] }
    const order = {
      userId: player.userId,
      itemId: item.id,
      quantity,
      key,
      facts,
      place: placeOf(context),
    }
    const bought = await env.SHOP_PURCHASES.purchase(caller, order)
    if (!bought.ok) return bought
    const { item: kept, quantity: count, totalPrice, currency } = bought.value.order
    const price = shown(totalPrice, await currencyOf(context, currency))
    const goods = `${count} × ${escaped(kept.name, nameCharacters)}`
    const line = `${mention(player.discordId)} bought **${goods}** for **${price}**.`
    const more = await effectLines(context, bought.value.order.effects)
    return ok(message('channel', { lines: [line, ...more] }))
  },
  complete: async (env, caller, typed) => {
    const items = await env.SHOP_PURCHASES.items(caller, suggestedFrom)
    const wanted = typed.trim().toLowerCase()
    return items
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(({ name, id }) => ({ name, value: id }))
  },
})
