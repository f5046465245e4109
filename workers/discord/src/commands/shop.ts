/** `/shop`: what is for sale, with prices and stock, page by page. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { shown } from '../amounts.ts'
import { colors } from '../look.ts'
import { pageButtons, pageOf } from '../paging.ts'
import { type Content, message, update } from '../reply.ts'
import { escaped } from '../text.ts'
import { type Context, defineCommand } from './command.ts'

const nameCharacters = 100
const descriptionCharacters = 200
const itemsPerPage = 8
/** The pages show this many items, oldest first; `/buy` finds any. */
const itemsMax = 100
const lastPage = Math.ceil(itemsMax / itemsPerPage) - 1

export const shop = defineCommand({
  definition: { name: 'shop', description: 'See what is for sale' },
  audience: 'channel',
  options: z.strictObject({}),
  handle: async (context) => ok(message('channel', await pageContent(context, 0))),
  actions: {
    page: {
      waits: 'update',
      run: async (context, { args }) =>
        ok(update(await pageContent(context, pageOf(args, lastPage)))),
    },
  },
})

async function pageContent(context: Context, page: number): Promise<Content> {
  const { env, caller } = context
  const first = page * itemsPerPage
  const [found, currencies] = await Promise.all([
    env.SHOP_PURCHASES.items(caller, Math.min(first + itemsPerPage + 1, itemsMax)),
    env.WALLET_TRANSFERS.currencies(caller),
  ])
  const items = found.slice(first, first + itemsPerPage)
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
  const hint = 'Buy with `/buy` and the name of an item.'
  const description = fields.length === 0 ? nothing(page) : hint
  const hasMore = found.length > first + itemsPerPage
  return {
    embed: { title: 'Shop', description, fields, color: colors.accent },
    buttons: pageButtons(context, { page, hasMore }),
  }
}

const nothing = (page: number) =>
  page === 0 ? 'Nothing is for sale yet.' : 'There is nothing on this page any more.'
