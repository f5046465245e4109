/** Who manages the economy of a server from Discord, asked again at every button and form. */
import { fail, ok } from '@coinop/shared/result'
import type { Action, Context } from './commands/command.ts'
import { managesServer } from './interaction.ts'

/** Neither may be asked for by who only sees the command: Discord hides it, and this refuses. */
export const mayManage = ({ interaction, ownServer }: Context) => {
  if (!managesServer(interaction)) return fail('not_a_manager')
  return ownServer === undefined ? fail('server_not_set_up') : ok(null)
}

/** The same actions, for managers only. */
export const forManagers = (actions: Record<string, Action>): Record<string, Action> =>
  Object.fromEntries(
    Object.entries(actions).map(([name, { waits, run }]) => [
      name,
      {
        waits,
        run: async (context, press) => {
          const allowed = mayManage(context)
          return allowed.ok ? run(context, press) : allowed
        },
      } satisfies Action,
    ]),
  )
