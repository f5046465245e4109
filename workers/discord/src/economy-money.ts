/** `/economy give` and `/economy take`: a manager makes money, or takes it out of the world. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown, toMinorUnits } from './amounts.ts'
import type { Context } from './commands/command.ts'
import { chooseCurrency, currencyOption } from './commands/currency-option.ts'
import { namedUser, Snowflake } from './interaction.ts'
import { findPlayer } from './players.ts'
import { optionType } from './protocol.ts'
import { message } from './reply.ts'
import { mention, plain } from './text.ts'

const reasonCharacters = 100

export const moneyOptions = [
  { type: optionType.user, name: 'user', description: 'Whose wallet', required: true },
  {
    type: optionType.number,
    name: 'amount',
    description: 'How much, for example 5 or 2.50',
    required: true,
    min_value: 0,
  },
  currencyOption,
  {
    type: optionType.string,
    name: 'reason',
    description: 'Stands in the ledger',
    max_length: reasonCharacters,
  },
]

export const Money = z.strictObject({
  user: Snowflake,
  amount: z.number(),
  currency: z.string().optional(),
  reason: z.string().max(reasonCharacters).default(''),
})
type Money = z.infer<typeof Money>

export async function move(context: Context, direction: 'give' | 'take', options: Money) {
  const { env, caller, player, interaction, key } = context
  const named = namedUser(interaction, options.user)
  if (!named) return fail('recipient_unknown')
  if (named.isBot) return fail('recipient_is_bot')
  const currency = await chooseCurrency(context, options.currency)
  if (!currency.ok) return currency
  const amount = toMinorUnits(options.amount, currency.value)
  if (!amount.ok) return amount
  const { userId: walletId } = await findPlayer(env, caller, named)
  const reason = options.reason === '' ? '' : `: ${plain(options.reason, reasonCharacters)}`
  const adjustment = {
    walletId,
    reference: key,
    currency: currency.value.code,
    amount: amount.value,
    memo: `Discord ${player.discordId}${reason}`,
  }
  const moved =
    direction === 'give'
      ? await env.WALLET_DEPOSITS.deposit(caller, adjustment)
      : await env.WALLET_DEPOSITS.withdraw(caller, adjustment)
  if (!moved.ok) {
    return fail(moved.code === 'insufficient_funds' ? 'their_funds_insufficient' : moved.code)
  }
  const sum = `**${shown(amount.value, currency.value)}**`
  const line =
    direction === 'give'
      ? `You gave ${sum} to ${mention(named.id)}.`
      : `You took ${sum} from ${mention(named.id)}.`
  return ok(message('user', { lines: [line] }))
}
