/** `/economy`: whoever manages the server manages its money, its shop and its leaderboards. */
import { z } from 'zod'
import { suggestBoards } from '../boards.ts'
import { boardActions, boardSubcommand, BoardWish, manageBoard } from '../economy-board.ts'
import {
  itemActions,
  itemSubcommand,
  ItemWish,
  manageItem,
  suggestManagedItems,
} from '../economy-item.ts'
import { Money, moneyOptions, move } from '../economy-money.ts'
import { forManagers, mayManage } from '../managers.ts'
import { optionType, permission } from '../protocol.ts'
import { defineCommand } from './command.ts'

export const economy = defineCommand({
  definition: {
    name: 'economy',
    description: 'Manage the economy of this server',
    default_member_permissions: String(permission.manageServer),
    contexts: [0],
    options: [
      {
        type: optionType.subcommand,
        name: 'give',
        description: 'Put new money into a wallet',
        options: moneyOptions,
      },
      {
        type: optionType.subcommand,
        name: 'take',
        description: 'Take money out of a wallet',
        options: moneyOptions,
      },
      itemSubcommand,
      boardSubcommand,
    ],
  },
  audience: 'user',
  options: z.union([
    z.strictObject({ give: Money }),
    z.strictObject({ take: Money }),
    z.strictObject({ item: ItemWish }),
    z.strictObject({ board: BoardWish }),
  ]),
  opensForm: (options) =>
    ('item' in options && options.item.item === undefined) ||
    ('board' in options && options.board.board === undefined),
  handle: async (context, options) => {
    const allowed = mayManage(context)
    if (!allowed.ok) return allowed
    if ('item' in options) return manageItem(context, options.item)
    if ('board' in options) return manageBoard(context, options.board)
    return 'give' in options
      ? move(context, 'give', options.give)
      : move(context, 'take', options.take)
  },
  actions: forManagers({ ...itemActions, ...boardActions }),
  complete: async (env, caller, typed, asking) => {
    if (!asking.mayManage) return []
    const suggest = asking.option === 'board' ? suggestBoards : suggestManagedItems
    return suggest(env, caller, typed, asking)
  },
})
