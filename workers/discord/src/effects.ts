/** What a purchase or a use brings besides: currency is paid by the shop; roles are given here, in the server it happened in. */
import { logError } from '@coinop/shared/log'
import { shown } from './amounts.ts'
import type { Context } from './commands/command.ts'
import { currencyOf } from './commands/currency-option.ts'
import { setRole } from './discord-rest.ts'

type Effect = {
  id: string
  kind: 'currency' | 'role_grant' | 'role_revoke'
  currency: string | null
  amount: number | null
  roleId: string | null
  state: string
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

/** A role that cannot be given now stays pending in the shop, where the project sees it. */
async function roleLine(context: Context, effect: Effect): Promise<string> {
  const role = `<@&${effect.roleId ?? ''}>`
  const isGrant = effect.kind === 'role_grant'
  const isDone = effect.state === 'done' || (await changeRole(context, effect))
  if (!isDone) {
    return `The role ${role} could not be ${isGrant ? 'given' : 'taken'} here. Ask whoever runs this server.`
  }
  return isGrant ? `It brought the role ${role}.` : `It took the role ${role}.`
}

async function changeRole(context: Context, { id, kind, roleId }: Effect): Promise<boolean> {
  const { env, caller, player, interaction, applicationId, discord } = context
  const guildId = interaction.guild_id
  if (guildId === undefined || roleId === null) return false
  const bots = await env.DISCORD_BOTS.list(caller)
  const token = bots.find((bot) => bot.applicationId === applicationId)?.botToken
  if (token === undefined) return false
  const change = { guildId, userId: player.discordId, roleId, reason: `Shop ${id}` }
  const changed = await setRole({ ...discord, token }, change, kind === 'role_grant')
  if (!changed.ok) {
    const said = new Error(`Discord answered ${changed.status} to a role.`)
    logError('discord', 'roles.set', said, caller.requestId)
    return false
  }
  const confirmed = await env.SHOP_ROLES.confirm(caller, id, { state: 'done' })
  if (confirmed.ok || confirmed.code !== 'effect_closed') return true
  // Refunded meanwhile: what was just done is undone.
  await setRole({ ...discord, token }, change, kind !== 'role_grant')
  return false
}
