/** `/gift`: hands something that the player owns to somebody else. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { namedUser, Snowflake } from '../interaction.ts'
import { findPlayer } from '../players.ts'
import { limits, optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { escaped, mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { ownItemOption, quantityMax, quantityOption } from './item-options.ts'

const nameCharacters = 100

export const gift = defineCommand({
  definition: {
    name: 'gift',
    description: 'Give something that you own to somebody',
    options: [
      { type: optionType.user, name: 'user', description: 'Who gets it', required: true },
      ownItemOption,
      quantityOption,
    ],
  },
  audience: 'channel',
  options: z.strictObject({
    user: Snowflake,
    item: z.string().min(1).max(limits.choiceValue),
    quantity: z.int().min(1).max(quantityMax).default(1),
  }),
  handle: async (context, { user, item: text, quantity }) => {
    const { env, caller, player, interaction, key } = context
    const named = namedUser(interaction, user)
    if (!named) return fail('recipient_unknown')
    if (named.isBot) return fail('recipient_is_bot')
    const { userId } = player
    const owned = await env.SHOP_PURCHASES.findOwned(caller, { userId, text })
    const item = owned?.item ?? (await env.SHOP_PURCHASES.findItem(caller, text))
    if (!item) return fail('item_not_owned')
    const { userId: to } = await findPlayer(env, caller, named)
    const wanted = { userId, to, itemId: item.id, quantity, key }
    const given = await env.SHOP_PURCHASES.give(caller, wanted)
    if (!given.ok) return fail(given.code)
    const name = `${quantity} × ${escaped(given.value.gift.item.name, nameCharacters)}`
    const line = `${mention(player.discordId)} gave **${name}** to ${mention(named.id)}.`
    return ok(message('channel', { lines: [line] }))
  },
})
