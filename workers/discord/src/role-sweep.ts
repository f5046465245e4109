/** The minutely sweep: roles of the shop that were not given or taken when they should have been. */
import { systemCaller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { changeRole } from './roles.ts'

/** Each is a question to auth and one to the shop, and the platform allows 32 invocations of Workers in one run. */
const rolesMax = 12

/** Answers how many were done. Killed anywhere, the next run does the same again, which changes nothing. */
export async function sweepRoles(env: DiscordEnv): Promise<number> {
  const limited = new Set<string>()
  let done = 0
  for (const change of await env.SHOP_ROLES.due(rolesMax)) {
    const { applicationId } = change.place
    // Discord limits a bot, not a role.
    if (limited.has(applicationId)) continue
    const caller = systemCaller(change.projectId)
    try {
      const bots = await env.DISCORD_BOTS.list(caller)
      const discord = { apiUrl: env.DISCORD_API_URL, botUrl: botUrlOf(env, applicationId) }
      const outcome = await changeRole({ env, caller, discord, bots }, change)
      if (outcome.state === 'done') done += 1
      if (outcome.state === 'later' && outcome.waitSeconds) limited.add(applicationId)
    } catch (error) {
      // One that fails must not keep the others waiting.
      logError('discord', 'roles.sweep', error, caller.requestId)
    }
  }
  return done
}

/** No request tells where we are: then where the bot is found. */
const botUrlOf = ({ BOT_URL }: DiscordEnv, applicationId: string) =>
  BOT_URL || `https://discord.com/application-directory/${applicationId}`
