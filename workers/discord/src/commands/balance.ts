/** `/balance`: what the player has, shown to nobody else. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { message } from '../reply.ts'
import { defineCommand } from './command.ts'

export const balance = defineCommand({
  definition: { name: 'balance', description: 'Show what you have' },
  audience: 'user',
  options: z.strictObject({}),
  handle: async ({ env, caller, player }) => {
    const [currencies, wallet] = await Promise.all([
      env.WALLET_TRANSFERS.currencies(caller),
      env.WALLET_TRANSFERS.balance(caller, player.userId),
    ])
    if (currencies.length === 0) return fail('no_currency')
    if (!wallet) return fail('wallet_not_found')
    const lines = currencies.map((currency) => {
      const held = wallet.balances.find((each) => each.currency === currency.code)
      const available = `**${shown(held?.available ?? 0, currency)}**`
      return held && held.held > 0
        ? `${available}, and ${shown(held.held, currency)} held`
        : available
    })
    return ok(message('user', { lines }))
  },
})
