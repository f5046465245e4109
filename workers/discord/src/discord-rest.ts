/** The only client of Discord's REST API (v10). The token goes into one header and nowhere else. */
import type {
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsResult,
} from 'discord-api-types/v10'

export type DiscordConnection = {
  /** The bot's token: a secret. */
  token: string
  /** Another address than Discord's own, for a fake Discord. */
  apiUrl?: string
}

export type CommandsTarget = {
  applicationId: string
  /** Without it the commands are global; with it one server gets them, at once. */
  guildId?: string | undefined
}

/** `detail` is what Discord said; status 0: it did not answer. */
export type PutOutcome =
  | { ok: true; names: string[] }
  | { ok: false; status: number; detail: string }

const discordApi = 'https://discord.com/api/v10'
const timeoutMilliseconds = 15_000
const detailCharacters = 2_000

/** Replaces all commands of the application. Doing it again changes nothing. */
export async function putCommands(
  connection: DiscordConnection,
  { applicationId, guildId }: CommandsTarget,
  definitions: RESTPostAPIChatInputApplicationCommandsJSONBody[],
): Promise<PutOutcome> {
  const place = guildId === undefined ? '' : `/guilds/${guildId}`
  const url = `${connection.apiUrl ?? discordApi}/applications/${applicationId}${place}/commands`
  const request = {
    method: 'PUT',
    headers: {
      authorization: `Bot ${connection.token}`,
      'content-type': 'application/json',
      // The form that Discord demands of every client.
      'user-agent': 'DiscordBot (https://github.com/coinop/coinop, 0.1.0)',
    },
    body: JSON.stringify(definitions),
    signal: AbortSignal.timeout(timeoutMilliseconds),
  }
  const { status, text } = await exchange(url, request)
  if (status !== 200) return { ok: false, status, detail: text.slice(0, detailCharacters) }
  const registered = JSON.parse(text) as RESTPutAPIApplicationCommandsResult
  return { ok: true, names: registered.map(({ name }) => name) }
}

async function exchange(
  url: string,
  request: RequestInit,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, request)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.message : String(error) }
  }
}
