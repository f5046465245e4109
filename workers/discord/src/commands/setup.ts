/** `/setup`: whose economy this server has, what it still lacks, and how to get it. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { managesServer } from '../interaction.ts'
import { colors } from '../look.ts'
import { permission } from '../protocol.ts'
import { type Content, message, update } from '../reply.ts'
import { type Context, defineCommand } from './command.ts'

export const setup = defineCommand({
  definition: {
    name: 'setup',
    description: 'See what the economy of this server has, and what it lacks',
    default_member_permissions: String(permission.manageServer),
    contexts: [0],
  },
  audience: 'user',
  options: z.strictObject({}),
  handle: async (context) => {
    if (!managesServer(context.interaction)) return fail('not_a_manager')
    return ok(message('user', await stateOf(context)))
  },
  actions: {
    again: {
      waits: 'update',
      run: async (context) => {
        if (!managesServer(context.interaction)) return fail('not_a_manager')
        return ok(update(await stateOf(context)))
      },
    },
  },
})

const step = (isDone: boolean, name: string, how: string) => ({
  name: `${isDone ? '✅' : '⬜'} ${name}`,
  value: how,
})

async function stateOf({
  env,
  caller,
  button,
  interaction,
  ...context
}: Context): Promise<Content> {
  const [currencies, items] = await Promise.all([
    env.WALLET_TRANSFERS.currencies(caller),
    env.SHOP_PURCHASES.items(caller, 1),
  ])
  const isOwn = context.ownServer !== undefined
  const address = `PUT /v1/projects/<project id>/discord-servers/${context.applicationId}/${interaction.guild_id}`
  const fields = [
    step(
      isOwn,
      'An economy of its own',
      isOwn
        ? `This server’s economy is the project \`${caller.projectId}\`. Who may manage the server may use \`/economy\`.`
        : `It shares the economy of the whole bot, and nobody manages that from here. A member of the tenant gives it a project with\n\`${address}\``,
    ),
    step(
      currencies.length > 0,
      'A currency',
      currencies.length > 0
        ? currencies
            .slice(0, 10)
            .map(({ code }) => `\`${code}\``)
            .join(' ')
        : 'Create one with `POST /v1/currencies`.',
    ),
    step(
      items.length > 0,
      'Something to buy',
      items.length > 0
        ? 'See `/shop`.'
        : isOwn
          ? 'Add something with `/economy item`.'
          : 'Create an item with `POST /v1/items`.',
    ),
  ]
  const isReady = isOwn && currencies.length > 0 && items.length > 0
  return {
    embed: {
      title: 'Setup of this server',
      description: isReady ? 'Everything is there.' : 'What is not ticked is still to do.',
      color: isReady ? colors.good : colors.accent,
      fields,
      footer: { text: `Server ${interaction.guild_id ?? 'unknown'}` },
    },
    buttons: [[button({ label: 'Check again', action: 'again' })]],
  }
}
