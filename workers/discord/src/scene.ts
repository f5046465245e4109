/** What stands around an interaction that Discord signed: the project, what seals its buttons, and the way back to Discord. */
import type { Caller } from '@coinop/shared/caller'
import type { Scene } from './context.ts'
import type { Opened } from './opening.ts'
import { applicationCaller } from './players.ts'

type Around = { origin: string; waitUntil: (work: Promise<unknown>) => void }

export function sceneOf(
  env: DiscordEnv,
  request: Caller,
  { application, ownServer }: Opened,
  { origin, waitUntil }: Around,
): Scene {
  const { applicationId, projectId } = application
  return {
    env,
    caller: applicationCaller(request, application),
    applicationId,
    ownServer,
    buttons: { secret: env.DISCORD_SECRET, applicationId, projectId },
    discord: { apiUrl: env.DISCORD_API_URL, botUrl: env.BOT_URL || origin },
    waitUntil,
  }
}
