/** `/use`: uses something up that the player owns, and brings what it brings. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { limits } from '../protocol.ts'
import { message } from '../reply.ts'
import { effectLines, placeOf } from '../effects.ts'
import { escaped, mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { ownItemOption, quantityMax, quantityOption } from './item-options.ts'

const nameCharacters = 100

export const use = defineCommand({
  definition: {
    name: 'use',
    description: 'Use something that you own',
    options: [ownItemOption, quantityOption],
  },
  audience: 'channel',
  options: z.strictObject({
    item: z.string().min(1).max(limits.choiceValue),
    quantity: z.int().min(1).max(quantityMax).default(1),
  }),
  handle: async (context, { item: text, quantity }) => {
    const { env, caller, player, key } = context
    const { userId } = player
    const owned = await env.SHOP_PURCHASES.findOwned(caller, { userId, text })
    // Used up by an earlier copy of this interaction, it is still known to the shop.
    const item = owned?.item ?? (await env.SHOP_PURCHASES.findItem(caller, text))
    if (!item) return fail('item_not_owned')
    const used = await env.SHOP_PURCHASES.use(caller, {
      userId,
      itemId: item.id,
      quantity,
      key,
      place: placeOf(context),
    })
    if (!used.ok) return fail(used.code)
    const name = `${quantity} × ${escaped(used.value.use.item.name, nameCharacters)}`
    const line = `${mention(player.discordId)} used **${name}**.`
    const more = await effectLines(context, used.value.use.effects)
    return ok(message('channel', { lines: [line, ...more] }))
  },
})
