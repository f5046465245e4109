/** `/inventory`: what the player owns, shown to nobody else, page by page. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { colors } from '../look.ts'
import { pageButtons, pageOf } from '../paging.ts'
import { type Content, message, update } from '../reply.ts'
import { escaped } from '../text.ts'
import { type Context, defineCommand } from './command.ts'

const linesPerPage = 15
/** The pages show this many kinds, oldest first; `/use` finds any. */
const linesMax = 100
const lastPage = Math.ceil(linesMax / linesPerPage) - 1
const nameCharacters = 100

export const inventory = defineCommand({
  definition: { name: 'inventory', description: 'See what you own' },
  audience: 'user',
  options: z.strictObject({}),
  handle: async (context) => ok(message('user', await pageContent(context, 0))),
  actions: {
    page: {
      waits: 'update',
      run: async (context, { args }) =>
        ok(update(await pageContent(context, pageOf(args, lastPage)))),
    },
  },
})

async function pageContent(context: Context, page: number): Promise<Content> {
  const { env, caller, player } = context
  const first = page * linesPerPage
  const limit = Math.min(first + linesPerPage + 1, linesMax)
  const found = await env.SHOP_PURCHASES.inventory(caller, { userId: player.userId, limit })
  const lines = found
    .slice(first, first + linesPerPage)
    .map(({ item, quantity, held, isUsable }) => {
      const pieces = `**${quantity} × ${escaped(item.name, nameCharacters)}**`
      const name = held > 0 ? `${pieces} (${held} held for a trade)` : pieces
      return isUsable ? `${name} · \`/use\`` : name
    })
  const description = lines.length > 0 ? lines.join('\n') : 'Nothing here. See `/shop`.'
  return {
    embed: { title: 'Inventory', description, fields: [], color: colors.accent },
    buttons: pageButtons(context, { page, hasMore: found.length > first + linesPerPage }),
  }
}
