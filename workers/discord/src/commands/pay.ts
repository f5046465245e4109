/** `/pay`: sends money to another Discord user, who gets a wallet if they have none. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown, toMinorUnits } from '../amounts.ts'
import { namedUser, Snowflake } from '../interaction.ts'
import { findPlayer } from '../players.ts'
import { optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { chooseCurrency, currencyOption } from './currency-option.ts'

/** What only the recipient's wallet says. */
const full = ['balance_limit_exceeded', 'currency_cap_exceeded']

export const pay = defineCommand({
  definition: {
    name: 'pay',
    description: 'Send some of yours to somebody',
    options: [
      { type: optionType.user, name: 'user', description: 'Who gets it', required: true },
      {
        type: optionType.number,
        name: 'amount',
        description: 'How much, for example 5 or 2.50',
        required: true,
        min_value: 0,
      },
      currencyOption,
    ],
  },
  options: z.strictObject({
    user: Snowflake,
    amount: z.number(),
    currency: z.string().optional(),
  }),
  handle: async (context, options) => {
    const { env, caller, player, interaction, key } = context
    const named = namedUser(interaction, options.user)
    if (!named) return fail('recipient_unknown')
    if (named.isBot) return fail('recipient_is_bot')
    if (named.id === player.discordId) return fail('same_wallet')
    const currency = await chooseCurrency(context, options.currency)
    if (!currency.ok) return currency
    const amount = toMinorUnits(options.amount, currency.value)
    if (!amount.ok) return amount
    const recipient = await findPlayer(env, caller, named)
    const sent = await env.WALLET_TRANSFERS.transfer(caller, {
      from: player.userId,
      to: recipient.userId,
      currency: currency.value.code,
      amount: amount.value,
      memo: '',
      key,
    })
    // The amount was there: it is the recipient's wallet that is full, and the money has come back.
    if (!sent.ok && full.includes(sent.code)) return fail('transfer_returned')
    if (!sent.ok) return sent
    const sum = shown(amount.value, currency.value)
    const line = `${mention(player.discordId)} sent **${sum}** to ${mention(named.id)}.`
    return ok(message('channel', { lines: [line] }))
  },
})
