/** `/play coinflip`: a provably fair round, shown with the id by which anybody can check it. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown, toMinorUnits } from '../amounts.ts'
import { optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { chooseCurrency, currencyOption } from './currency-option.ts'

const sides = ['heads', 'tails'] as const
const Side = z.enum(sides)
/** What a settled round says; a round that is not is never answered. */
const Settled = z.object({ id: z.string(), payout: z.int(), outcome: z.object({ side: Side }) })

export const play = defineCommand({
  definition: {
    name: 'play',
    description: 'Play a game',
    options: [
      {
        type: optionType.subcommand,
        name: 'coinflip',
        description: 'Heads or tails',
        options: [
          {
            type: optionType.string,
            name: 'side',
            description: 'What you bet on',
            required: true,
            choices: sides.map((side) => ({ name: side, value: side })),
          },
          {
            type: optionType.number,
            name: 'bet',
            description: 'How much, for example 5 or 2.50',
            required: true,
            min_value: 0,
          },
          currencyOption,
        ],
      },
    ],
  },
  audience: 'channel',
  options: z.strictObject({
    coinflip: z.strictObject({
      side: Side,
      bet: z.number(),
      currency: z.string().optional(),
    }),
  }),
  handle: async (context, { coinflip: { side, bet, currency: code } }) => {
    const { env, caller, player, key } = context
    const currency = await chooseCurrency(context, code)
    if (!currency.ok) return currency
    const amount = toMinorUnits(bet, currency.value)
    if (!amount.ok) return amount
    const played = await env.GAMES_PLAYS.play(caller, {
      userId: player.userId,
      gameId: 'coinflip',
      bet: amount.value,
      currency: currency.value.code,
      choice: { side },
      key,
    })
    if (!played.ok) return played
    const { id, payout, outcome } = Settled.parse(played.value.round)
    const stake = shown(amount.value, currency.value)
    const result = payout > 0 ? `won **${shown(payout, currency.value)}**` : 'lost it'
    const lines = [
      `${mention(player.discordId)} bet **${stake}** on ${side}. It is **${outcome.side}**: ${result}.`,
      `Round \`${id}\``,
    ]
    return ok(message('channel', { lines }))
  },
})
