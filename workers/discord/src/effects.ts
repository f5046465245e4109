/** What a purchase or a use brings besides: currency is paid by the shop; roles are given here, in the server it happened in. */
import { shown } from './amounts.ts'
import type { Context } from './commands/command.ts'
import { currencyOf } from './commands/currency-option.ts'
import { changeRole } from './roles.ts'

type Effect = {
  id: string
  kind: 'currency' | 'role_grant' | 'role_revoke'
  currency: string | null
  amount: number | null
  roleId: string | null
  state: string
}

/** Where the roles are to be had that come of an interaction; undefined outside of a server. */
export function placeOf({ interaction, player, applicationId }: Context) {
  const { guild_id: serverId } = interaction
  return serverId === undefined
    ? undefined
    : { applicationId, serverId, discordId: player.discordId }
}

/** One line for each effect. Doing it again changes nothing. */
export async function effectLines(context: Context, effects: readonly Effect[]): Promise<string[]> {
  const lines: string[] = []
  for (const effect of effects) {
    const { kind, currency, amount } = effect
    if (kind !== 'currency') lines.push(await roleLine(context, effect))
    else if (currency !== null && amount !== null) {
      lines.push(`It brought **${shown(amount, await currencyOf(context, currency))}**.`)
    }
  }
  return lines
}

/** What Discord does not take just now is tried again by the sweep; what it refuses has failed, where the project sees it. */
async function roleLine(context: Context, effect: Effect): Promise<string> {
  const role = `<@&${effect.roleId ?? ''}>`
  const isGrant = effect.kind === 'role_grant'
  const state = effect.state === 'done' ? 'done' : await changed(context, effect)
  if (state === 'later') {
    return `The role ${role} comes a little later: Discord does not take it just now.`
  }
  if (state === 'refused') {
    return `The role ${role} could not be ${isGrant ? 'given' : 'taken'} here. Ask whoever runs this server.`
  }
  return isGrant ? `It brought the role ${role}.` : `It took the role ${role}.`
}

async function changed(context: Context, { id, kind, roleId, state }: Effect) {
  const place = placeOf(context)
  if (!place || roleId === null || kind === 'currency' || state === 'failed') return 'refused'
  const { env, caller, discord } = context
  const bots = await env.DISCORD_BOTS.list(caller)
  return (await changeRole({ env, caller, discord, bots }, { id, kind, roleId, place })).state
}
