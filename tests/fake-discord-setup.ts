/** Before the tests of a Worker that reaches `auth`: a Discord of their own. */
import type { TestProject } from 'vitest/node'
import { secretOf, startFakeDiscord } from './fake-discord.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the Worker `auth` is configured with. */
    authVars: Record<string, string>
    /** And the Worker `discord`. */
    discordVars: Record<string, string>
  }
}

const membersClientId = '1400000000000000001'

export default async function setup(project: TestProject): Promise<() => void> {
  const { url, stop } = await startFakeDiscord()
  project.provide('authVars', {
    DISCORD_API_URL: `${url}/api/v10`,
    DISCORD_AUTHORIZE_URL: `${url}/oauth2/authorize`,
    MEMBERS_DISCORD_CLIENT_ID: membersClientId,
    MEMBERS_DISCORD_CLIENT_SECRET: secretOf(membersClientId),
    MEMBERS_DISCORD_REDIRECT_URIS: 'https://dashboard.example/back http://localhost:8787/back',
  })
  project.provide('discordVars', { DISCORD_API_URL: `${url}/api/v10` })
  return stop
}
