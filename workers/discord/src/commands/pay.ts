/** `/pay`: sends money to another Discord user, who gets a wallet if they have none. Asks before it sends much. */
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'
import { type Currency, shown, toMinorUnits } from '../amounts.ts'
import { long, short } from '../custom-id.ts'
import { type DiscordUser, namedUser, Snowflake } from '../interaction.ts'
import { findPlayer } from '../players.ts'
import { optionType } from '../protocol.ts'
import type { Refusal } from '../refusals.ts'
import { message, update } from '../reply.ts'
import { mention } from '../text.ts'
import { type Context, defineCommand } from './command.ts'
import { chooseCurrency, currencyOf, currencyOption } from './currency-option.ts'

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
  audience: 'channel',
  options: z.strictObject({
    user: Snowflake,
    amount: z.number(),
    currency: z.string().optional(),
  }),
  handle: async (context, options) => {
    const { player, interaction, key } = context
    const named = namedUser(interaction, options.user)
    if (!named) return fail('recipient_unknown')
    if (named.isBot) return fail('recipient_is_bot')
    if (named.id === player.discordId) return fail('same_wallet')
    const currency = await chooseCurrency(context, options.currency)
    if (!currency.ok) return currency
    const amount = toMinorUnits(options.amount, currency.value)
    if (!amount.ok) return amount
    const payment = { to: named, amount: amount.value, currency: currency.value, key }
    if (options.amount > Number(context.env.PAY_WITHOUT_ASKING_UNITS)) return ask(context, payment)
    const sent = await send(context, payment)
    return sent.ok ? ok(message('channel', { lines: [sent.value.line] })) : sent
  },
  actions: {
    send: {
      waits: 'update',
      run: async (context, { args: [to = '', amount = '', code = '', asked = ''] }) => {
        const payment = {
          // They were found or made when the question was asked, so no name is needed.
          to: { id: long(to), name: '', isBot: false },
          amount: Number(amount),
          currency: await currencyOf(context, code),
          // The question's, so that pressing twice is sending once.
          key: `interaction:${long(asked)}`,
        }
        const sent = await send(context, payment)
        if (!sent.ok) return sent
        const { line, isFirst } = sent.value
        const done = update({ lines: [line] })
        const isNews = isFirst || context.isCarriedOn
        return ok(isNews ? { ...done, also: message('channel', { lines: [line] }) } : done)
      },
    },
    keep: {
      waits: 'update',
      run: async () => ok(update({ lines: ['Nothing was sent.'] })),
    },
  },
})

type Payment = { to: DiscordUser; amount: number; currency: Currency; key: string }

async function ask(context: Context, { to, amount, currency }: Payment) {
  const { env, caller, player, button, interaction } = context
  const wallet = await env.WALLET_TRANSFERS.balance(caller, player.userId)
  const held = wallet?.balances.find((each) => each.currency === currency.code)
  if ((held?.available ?? 0) < amount) return fail('insufficient_funds')
  await findPlayer(env, caller, to)
  const args = [short(to.id), String(amount), currency.code, short(interaction.id)]
  const sum = shown(amount, currency)
  return ok(
    message('user', {
      lines: [`That is much. Send **${sum}** to ${mention(to.id)}?`],
      buttons: [
        [
          button({ label: 'Send it', action: 'send', args, style: 'success' }),
          button({ label: 'Keep it', action: 'keep' }),
        ],
      ],
    }),
  )
}

async function send(
  { env, caller, player }: Context,
  { to, amount, currency, key }: Payment,
): Promise<Result<{ line: string; isFirst: boolean }, Refusal>> {
  const recipient = await findPlayer(env, caller, to)
  const sent = await env.WALLET_TRANSFERS.transfer(caller, {
    from: player.userId,
    to: recipient.userId,
    currency: currency.code,
    amount,
    memo: '',
    key,
  })
  // The amount was there: it is the recipient's wallet that is full, and the money has come back.
  if (!sent.ok && full.includes(sent.code)) return fail('transfer_returned')
  if (!sent.ok) return sent
  const line = `${mention(player.discordId)} sent **${shown(amount, currency)}** to ${mention(to.id)}.`
  return ok({ line, isFirst: !sent.value.replayed })
}
