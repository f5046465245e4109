/** `/work`: the reward for work, with a pause between two. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { message } from '../reply.ts'
import { mention } from '../text.ts'
import { defineCommand } from './command.ts'
import { currencyOf } from './currency-option.ts'

export const work = defineCommand({
  definition: { name: 'work', description: 'Work for a reward' },
  audience: 'channel',
  options: z.strictObject({}),
  handle: async (context) => {
    const { env, caller, player, key } = context
    const claimed = await env.GAMES_PLAYS.claimWork(caller, { userId: player.userId, key })
    if (!claimed.ok) return claimed
    const { amount, currency, nextAt } = claimed.value.claim
    const reward = shown(amount, await currencyOf(context, currency))
    const lines = [
      `${mention(player.discordId)} worked and earned **${reward}**.`,
      `There is more to do <t:${Math.floor(Date.parse(nextAt) / 1_000)}:R>.`,
    ]
    return ok(message('channel', { lines }))
  },
})
