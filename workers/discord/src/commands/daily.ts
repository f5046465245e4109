/** `/daily`: the reward of the day, once a day. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { message } from '../reply.ts'
import { mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { currencyOf } from './currency-option.ts'

export const daily = defineCommand({
  definition: { name: 'daily', description: 'Collect your reward of the day' },
  audience: 'channel',
  options: z.strictObject({}),
  handle: async (context) => {
    const { env, caller, player, key } = context
    const claimed = await env.GAMES_PLAYS.claimDaily(caller, { userId: player.userId, key })
    if (!claimed.ok) return claimed
    const { amount, currency, streak, nextAt } = claimed.value.claim
    const reward = shown(amount, await currencyOf(context, currency))
    const days = streak === 1 ? 'the first day in a row' : `${streak} days in a row`
    const lines = [
      `${mention(player.discordId)} collected **${reward}**: ${days}.`,
      `The next one can be collected <t:${Math.floor(Date.parse(nextAt) / 1_000)}:R>.`,
    ]
    return ok(message('channel', { lines }))
  },
})
