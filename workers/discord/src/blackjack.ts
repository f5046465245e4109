/** A table of blackjack as a message: both hands, and a button for each thing that the player may do now. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { type Currency, shown } from './amounts.ts'
import type { Action, Context } from './commands/command.ts'
import { currencyOf } from './commands/currency-option.ts'
import { cardsOf } from './games.ts'
import { colors } from './look.ts'
import { type Content, update } from './reply.ts'
import { mention } from './text.ts'

const Hands = z.object({
  player: z.string(),
  playerTotal: z.int(),
  dealer: z.string(),
  dealerTotal: z.int(),
  result: z.string(),
})
const Table = z.object({
  id: z.string(),
  bet: z.int(),
  staked: z.int(),
  payout: z.int().nullable(),
  outcome: Hands,
  next: z.object({ step: z.int(), actions: z.array(z.string()), until: z.string() }).nullable(),
})

const labels: Record<string, string> = { hit: 'Hit', stand: 'Stand', double: 'Double' }
const endings: Record<string, string> = {
  blackjack: 'Blackjack!',
  win: 'You win.',
  push: 'Nobody wins: the stake is yours again.',
  lose: 'The dealer wins.',
  bust: 'More than 21: the dealer wins.',
}

export function blackjackContent(context: Context, round: unknown, currency: Currency): Content {
  const { id, staked, payout, outcome, next } = Table.parse(round)
  const stake = `${mention(context.player.discordId)} has **${shown(staked, currency)}** on the table.`
  const paid = payout !== null && payout > 0 ? ` **${shown(payout, currency)}** paid out.` : ''
  const end = `${endings[outcome.result] ?? outcome.result}${paid}`
  const until = next && `Until <t:${Math.floor(Date.parse(next.until) / 1_000)}:R>, then you stand.`
  const won = payout !== null && payout >= staked
  return {
    embed: {
      title: 'Blackjack',
      description: `${stake}\n${until ?? end}`,
      color: next ? colors.accent : won ? colors.good : colors.bad,
      fields: [
        { name: `You: ${outcome.playerTotal}`, value: cardsOf(outcome.player), inline: true },
        {
          name: `Dealer: ${outcome.dealerTotal}${next ? ' and a hidden card' : ''}`,
          value: cardsOf(outcome.dealer),
          inline: true,
        },
      ],
      footer: { text: `Round ${id}` },
    },
    buttons: [
      (next?.actions ?? []).map((action) =>
        context.button({
          label: labels[action] ?? action,
          action: 'act',
          args: [id, String(next?.step ?? 0), action],
          style: action === 'stand' ? 'secondary' : 'primary',
        }),
      ),
    ],
  }
}

export const blackjackActions: Record<string, Action> = {
  act: {
    waits: 'update',
    run: async (context, { args: [roundId = '', step = '', action = ''] }) => {
      const { env, caller, player } = context
      const acted = await env.GAMES_PLAYS.act(caller, {
        userId: player.userId,
        roundId,
        action,
        step: Number(step),
        // The button's and not the press's: pressed twice, it is one action.
        key: `button:${roundId}:${step}:${action}`,
      })
      if (!acted.ok) return fail(acted.code)
      const { round } = acted.value
      const currency = await currencyOf(context, round.currency)
      return ok(update(blackjackContent(context, round, currency)))
    },
  },
}
