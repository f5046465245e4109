/** What stands around an interaction that Discord signed: the project, what seals its buttons, and the way back to Discord. */
import type { Caller } from '@coinop/shared/caller'
import type { Scene } from './context.ts'
import type { Opened } from './opening.ts'
import { applicationCaller } from './players.ts'

type Around = { origin: string; waitUntil: Scene['waitUntil'] }

export const sceneOf = (
  env: DiscordEnv,
  request: Caller,
  { application, ownServer }: Opened,
  { origin, waitUntil }: Around,
): Scene =>
  sceneFor(env, {
    caller: applicationCaller(request, application),
    applicationId: application.applicationId,
    ownServer,
    botUrl: env.BOT_URL || origin,
    isCarriedOn: false,
    waitUntil,
  })

type Parts = Pick<Scene, 'caller' | 'applicationId' | 'ownServer' | 'isCarriedOn' | 'waitUntil'> & {
  botUrl: string
}

/** `caller` acts for the application. */
export function sceneFor(env: DiscordEnv, { botUrl, ...parts }: Parts): Scene {
  const { applicationId, caller } = parts
  return {
    env,
    ...parts,
    buttons: { secret: env.DISCORD_SECRET, applicationId, projectId: caller.projectId },
    discord: { apiUrl: env.DISCORD_API_URL, botUrl },
  }
}
