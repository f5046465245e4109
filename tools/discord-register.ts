/** Tells Discord our commands: `npm run discord:register [-- --guild ID]`. Without DISCORD_TOKEN it only shows what it would send. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'
import { putCommands } from '../workers/discord/src/discord-rest.ts'
import { repository } from './workers.ts'

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody

export type Registration = {
  token: string | undefined
  applicationId: string | undefined
  guildId: string | undefined
  apiUrl?: string | undefined
  /** Where the bot is explained or runs: Discord wants to know who calls. */
  botUrl?: string | undefined
}
/** What to print, and the exit code of the process. */
export type Report = { text: string; exitCode: 0 | 1 }

const snowflake = /^\d{17,20}$/

/** The definitions of every command of the Discord Worker. */
export async function definitions(): Promise<Definition[]> {
  // By path: the Worker's own types describe its runtime, which is not Node.
  const path = join(repository, 'workers/discord/src/commands/index.ts')
  const { commands } = (await import(path)) as { commands: { definition: Definition }[] }
  return commands.map(({ definition }) => definition)
}

/** Sends the commands, or without a token shows them. */
export async function register(registration: Registration): Promise<Report> {
  const { token, applicationId, guildId, apiUrl } = registration
  const all = await definitions()
  if (!token) return { text: dryRun(all, registration), exitCode: 0 }
  if (!applicationId || !snowflake.test(applicationId)) {
    return refused('DISCORD_APPLICATION_ID must be the 17 to 20 digits that Discord shows.')
  }
  if (guildId !== undefined && !snowflake.test(guildId)) {
    return refused('--guild takes the 17 to 20 digits of a server id.')
  }
  const connection = { token, apiUrl, botUrl: registration.botUrl ?? botUrlOf(applicationId) }
  const outcome = await putCommands(connection, { applicationId, guildId }, all)
  if (!outcome.ok) {
    if (outcome.status === 0) return refused(`Discord did not answer: ${outcome.detail}`)
    return refused(`Discord answered ${outcome.status}, nothing was changed: ${outcome.detail}`)
  }
  const where = guildId === undefined ? 'all servers' : `server ${guildId}`
  const names = outcome.names.map((name) => `/${name}`).join(' ')
  return { text: `Registered for ${where}: ${names}`, exitCode: 0 }
}

/** The project's own page, as far as package.json names one; else the application's at Discord. */
export function botUrlOf(applicationId: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    repository?: string | { url: string }
  }
  const { repository: named } = manifest
  const url = typeof named === 'object' ? named.url : named
  return url ?? `https://discord.com/developers/applications/${applicationId}`
}

const refused = (text: string): Report => ({ text, exitCode: 1 })

function dryRun(all: Definition[], { applicationId, guildId }: Registration): string {
  const place = guildId === undefined ? '' : `/guilds/${guildId}`
  return [
    'Dry run: DISCORD_TOKEN is not set, nothing was sent. With it this would be sent:',
    `PUT /applications/${applicationId ?? '<DISCORD_APPLICATION_ID>'}${place}/commands`,
    JSON.stringify(all, null, 2),
  ].join('\n')
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { guild: { type: 'string' } } })
  const { text, exitCode } = await register({
    token: process.env['DISCORD_TOKEN'],
    applicationId: process.env['DISCORD_APPLICATION_ID'],
    guildId: values.guild,
    apiUrl: process.env['DISCORD_API_URL'],
    botUrl: process.env['COINOP_URL'],
  })
  if (exitCode === 0) console.log(text)
  else console.error(text)
  process.exitCode = exitCode
}
