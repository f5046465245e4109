/** `/play`: provably fair rounds, shown with the id by which anybody can check them. Blackjack goes on by buttons. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown, toMinorUnits } from '../amounts.ts'
import { type GameCommand, games, placesLike } from '../games.ts'
import { optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { mention } from '../text.ts'
import { blackjackActions, blackjackContent } from '../blackjack.ts'
import { type Context, type Definition, defineCommand } from './command.ts'
import { chooseCurrency, currencyOption } from './currency-option.ts'

const betOption = {
  type: optionType.number,
  name: 'bet',
  description: 'How much, for example 5 or 2.50',
  required: true,
  min_value: 0,
} satisfies NonNullable<Definition['options']>[number]

const subcommand = (name: string, description: string, options: object[]) => ({
  type: optionType.subcommand,
  name,
  description,
  options: [...options, betOption, currencyOption] as (typeof betOption)[],
})

const Stake = { bet: z.number(), currency: z.string().optional() }
/** What a settled round says; a round that is not is never answered. */
const Settled = z.object({ id: z.string(), payout: z.int(), outcome: z.unknown() })

export const play = defineCommand({
  definition: {
    name: 'play',
    description: 'Play a game',
    options: [
      ...games.map(({ name, description, options }) => subcommand(name, description, options)),
      subcommand('blackjack', 'Against the dealer, card by card', []),
    ],
  },
  audience: 'channel',
  options: z.record(z.string(), z.looseObject(Stake)),
  handle: async (context, options) => {
    const [[name, { bet, currency, ...chosen }] = ['', { bet: 0 }]] = Object.entries(options)
    const stake = { bet, code: currency }
    if (name === 'blackjack') return deal(context, stake)
    const game = games.find((each) => each.name === name)
    const choice = game?.choice.safeParse(chosen)
    if (!game || !choice?.success) return fail('command_outdated')
    return playAtOnce(context, { game, choice: choice.data, stake })
  },
  complete: async (_, __, typed) =>
    placesLike(typed).map((place) => ({ name: place, value: place })),
  actions: blackjackActions,
})

type Stake = { bet: number; code: string | undefined }
type Order = { gameId: string; choice: Record<string, string | number>; stake: Stake }

async function stakeAndPlay(context: Context, { gameId, choice, stake }: Order) {
  const { env, caller, player, key } = context
  const currency = await chooseCurrency(context, stake.code)
  if (!currency.ok) return currency
  const amount = toMinorUnits(stake.bet, currency.value)
  if (!amount.ok) return amount
  const played = await env.GAMES_PLAYS.play(caller, {
    userId: player.userId,
    gameId,
    bet: amount.value,
    currency: currency.value.code,
    choice,
    key,
  })
  if (!played.ok) return fail(played.code)
  return ok({ round: played.value.round, amount: amount.value, currency: currency.value })
}

async function playAtOnce(
  context: Context,
  { game, choice, stake }: { game: GameCommand; choice: Order['choice']; stake: Stake },
) {
  const played = await stakeAndPlay(context, { gameId: game.gameId, choice, stake })
  if (!played.ok) return played
  const { round, amount, currency } = played.value
  const { id, payout, outcome } = Settled.parse(round)
  const result = payout > 0 ? `won **${shown(payout, currency)}**` : 'lost it'
  const bet = `bet **${shown(amount, currency)}**${game.betOn(choice)}`
  const who = mention(context.player.discordId)
  const lines = [`${who} ${bet}. ${game.came(outcome)}: ${result}.`, `Round \`${id}\``]
  return ok(message('channel', { lines }))
}

async function deal(context: Context, stake: Stake) {
  const played = await stakeAndPlay(context, { gameId: 'blackjack', choice: {}, stake })
  if (!played.ok) return played
  const { round, currency } = played.value
  return ok(message('channel', blackjackContent(context, round, currency)))
}
