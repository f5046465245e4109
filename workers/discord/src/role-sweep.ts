/** The minutely sweep: roles of the shop that were not given or taken when they should have been. */
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { changeRole } from './roles.ts'

/** Each is a question to auth and one to the shop, and the platform allows 32 invocations of Workers in one run. */
const rolesMax = 12

/** Answers how many were done. Killed anywhere, the next run does the same again, which changes nothing. */
export async function sweepRoles(env: DiscordEnv): Promise<number> {
  // Discord limits a bot, not a role: by application, for how many seconds.
  const limited = new Map<string, number>()
  let done = 0
  for (const change of await env.SHOP_ROLES.due(rolesMax)) {
    const { applicationId } = change.place
    const caller = systemCaller(change.projectId)
    const retryAfterSeconds = limited.get(applicationId)
    if (retryAfterSeconds !== undefined) {
      await putOff(env, caller, change.id, { reason: 'discord_429', retryAfterSeconds })
      continue
    }
    try {
      const bots = await env.DISCORD_BOTS.list(caller)
      const discord = { apiUrl: env.DISCORD_API_URL, botUrl: botUrlOf(env, applicationId) }
      const outcome = await changeRole({ env, caller, discord, bots }, change)
      if (outcome.state === 'done') done += 1
      if (outcome.state === 'later' && outcome.waitSeconds) {
        limited.set(applicationId, outcome.waitSeconds)
      }
    } catch (error) {
      logError('discord', 'roles.sweep', error, caller.requestId)
      await putOff(env, caller, change.id, { reason: 'try_failed' })
    }
  }
  return done
}

type Vain = Parameters<DiscordEnv['SHOP_ROLES']['postpone']>[2]

/** What is not done now must make room: left where it is, it would be due first in the next run, before what others wait for. */
async function putOff(env: DiscordEnv, caller: Caller, id: string, vain: Vain): Promise<void> {
  try {
    await env.SHOP_ROLES.postpone(caller, id, vain)
  } catch (error) {
    logError('discord', 'roles.postpone', error, caller.requestId)
  }
}

/** No request tells where we are: then where the bot is found. */
const botUrlOf = ({ BOT_URL }: DiscordEnv, applicationId: string) =>
  BOT_URL || `https://discord.com/application-directory/${applicationId}`
