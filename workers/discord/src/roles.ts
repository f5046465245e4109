/** Roles that the shop gives: done at Discord, then confirmed; what does not work just now is noted, and tried again. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { type Answered, type DiscordConnection, setRole } from './discord-rest.ts'

export type RoleChange = {
  id: string
  kind: 'role_grant' | 'role_revoke'
  roleId: string
  place: { applicationId: string; serverId: string; discordId: string }
}
/** `later`: it is tried again, and Discord may want to be left alone for so many seconds until then. */
export type RoleOutcome =
  | { state: 'done' | 'refused' }
  | { state: 'later'; waitSeconds?: number | undefined }

type Bots = { applicationId: string; botToken: string }[]
type Tried = { env: DiscordEnv; caller: Caller; discord: DiscordConnection; bots: Bots }

/** Doing it again changes nothing: neither at Discord, nor in the shop. */
export async function changeRole(
  { env, caller, discord, bots }: Tried,
  change: RoleChange,
): Promise<RoleOutcome> {
  const { id, kind, roleId, place } = change
  const token = bots.find((bot) => bot.applicationId === place.applicationId)?.botToken
  if (token === undefined) {
    await env.SHOP_ROLES.postpone(caller, id, { reason: 'bot_token_missing' })
    return { state: 'refused' }
  }
  const isGrant = kind === 'role_grant'
  const { serverId: guildId, discordId: userId } = place
  const wanted = { guildId, userId, roleId, reason: `Shop ${id}` }
  const answered = await setRole({ ...discord, token }, wanted, isGrant)
  if (!answered.ok) return noteRefusal({ env, caller }, id, answered)
  const confirmed = await env.SHOP_ROLES.confirm(caller, id, { state: 'done' })
  if (confirmed.ok || confirmed.code !== 'effect_closed') return { state: 'done' }
  // Refunded meanwhile: what was just done is undone.
  await setRole({ ...discord, token }, wanted, !isGrant)
  return { state: 'refused' }
}

type Refusal = Extract<Answered, { ok: false }>

/** The bot may not, or there is no such member, role or server: asked again, Discord would say the same. */
const finalStatuses = [403, 404]

async function noteRefusal(
  { env, caller }: Pick<Tried, 'env' | 'caller'>,
  id: string,
  { status, retryAfter }: Refusal,
): Promise<RoleOutcome> {
  const said = new Error(`Discord answered ${status === 0 ? 'nothing' : status} to the role ${id}.`)
  logError('discord', 'roles.set', said, caller.requestId)
  const reason = status === 0 ? 'discord_silent' : `discord_${status}`
  if (finalStatuses.includes(status)) {
    await env.SHOP_ROLES.confirm(caller, id, { state: 'failed', reason })
    return { state: 'refused' }
  }
  await env.SHOP_ROLES.postpone(caller, id, { reason, retryAfterSeconds: retryAfter })
  return { state: 'later', waitSeconds: retryAfter }
}
