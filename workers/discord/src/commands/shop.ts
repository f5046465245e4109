/** `/shop`: what is for sale, with prices and stock. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { limits } from '../protocol.ts'
import { message } from '../reply.ts'
import { escaped } from '../text.ts'
import { defineCommand } from './command.ts'

const nameCharacters = 100
const descriptionCharacters = 200

export const shop = defineCommand({
  definition: { name: 'shop', description: 'See what is for sale' },
  options: z.strictObject({}),
  handle: async ({ env, caller }) => {
    const [items, currencies] = await Promise.all([
      env.SHOP_PURCHASES.items(caller, limits.embedFieldsCount),
      env.WALLET_TRANSFERS.currencies(caller),
    ])
    const fields = items.map(({ name, description, price, stock }) => {
      const currency = currencies.find(({ code }) => code === price.currency)
      // A price in a currency that is gone cannot be paid, so it is not offered.
      const cost = currency ? shown(price.amount, currency) : 'not for sale'
      const left = stock === null ? 'unlimited' : `${stock} left`
      const facts = `**${cost}** · ${left}`
      return {
        name: escaped(name, nameCharacters),
        value:
          description === '' ? facts : `${facts}\n${escaped(description, descriptionCharacters)}`,
      }
    })
    const description =
      fields.length === 0 ? 'Nothing is for sale yet.' : 'Buy with `/buy` and the name of an item.'
    return ok(message('channel', { embed: { title: 'Shop', description, fields } }))
  },
})
