/** The only client of Discord's REST API (v10). Tokens go where Discord wants them and nowhere else: into no log and no error. */
import type {
  RESTGetAPIApplicationCommandsResult,
  RESTGetCurrentApplicationResult,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsResult,
} from 'discord-api-types/v10'
import type { Picture } from './model.ts'

export type DiscordConnection = {
  /** The bot's token: a secret. Replies to interactions need none. */
  token?: string | undefined
  /** Another address than Discord's own, for a fake Discord. */
  apiUrl?: string | undefined
  /** Where this bot is explained or runs: Discord wants to know who calls. */
  botUrl: string
}

export type CommandsTarget = {
  applicationId: string
  /** Without it the commands are global; with it one server gets them, at once. */
  guildId?: string | undefined
}

/** `detail` is what Discord said; status 0: it did not answer. */
export type Refused = { ok: false; status: number; detail: string }
export type PutOutcome = { ok: true; names: string[] } | Refused

export const discordApi = 'https://discord.com/api/v10'
const clientVersion = '0.1.0'
const timeoutMilliseconds = 15_000
/** Twelve of them fit between two runs of the sweep, and somebody may be waiting for one. */
const roleTimeoutMilliseconds = 4_000
const detailCharacters = 2_000

type Sent = {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  path: string
  body?: unknown
  picture?: Picture | undefined
  /** Shown in the audit log of the server. */
  reason?: string
  timeout?: number
}
export type Answered = { ok: true; body: unknown } | (Refused & { retryAfter?: number })

/** One request. Never throws. */
export async function send(connection: DiscordConnection, sent: Sent): Promise<Answered> {
  const { apiUrl = discordApi } = connection
  try {
    const response = await fetch(`${apiUrl}${sent.path}`, {
      method: sent.method,
      headers: headersOf(connection, sent),
      ...bodyOf(sent),
      // A token must not follow to wherever an answer points.
      redirect: 'manual',
      signal: AbortSignal.timeout(sent.timeout ?? timeoutMilliseconds),
    })
    const text = await response.text()
    if (response.ok) return { ok: true, body: text === '' ? undefined : JSON.parse(text) }
    const detail = text.slice(0, detailCharacters)
    const wait = Number(response.headers.get('retry-after') ?? saidIn(text))
    const refused = { ok: false as const, status: response.status, detail }
    return wait > 0 ? { ...refused, retryAfter: wait } : refused
  } catch (error) {
    return { ok: false, status: 0, detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Discord says it twice, and the body is the more exact; a proxy between us may say nothing. */
const saidIn = (text: string) => /"retry_after":\s*(\d+(?:\.\d+)?)/.exec(text)?.[1] ?? ''

function headersOf(
  { token, botUrl }: DiscordConnection,
  { body, picture, reason }: Sent,
): Record<string, string> {
  return {
    // The form that Discord demands of every client.
    'user-agent': `DiscordBot (${botUrl}, ${clientVersion})`,
    ...(token !== undefined && { authorization: `Bot ${token}` }),
    ...(body !== undefined && !picture && { 'content-type': 'application/json' }),
    ...(reason !== undefined && { 'x-audit-log-reason': encodeURIComponent(reason) }),
  }
}

function bodyOf({ body, picture }: Sent): { body?: string | FormData } {
  if (body === undefined) return {}
  return { body: picture ? formOf(body, picture) : JSON.stringify(body) }
}

/** A message with its picture, as Discord takes uploads and as it takes them in an answer to an interaction. */
export function formOf(payload: unknown, { name, bytes }: Picture): FormData {
  const form = new FormData()
  form.set('payload_json', JSON.stringify(payload))
  form.set('files[0]', new File([bytes], name, { type: 'image/png' }))
  return form
}

const commandsPath = ({ applicationId, guildId }: CommandsTarget) =>
  `/applications/${applicationId}${guildId === undefined ? '' : `/guilds/${guildId}`}/commands`

/** Replaces all commands of the application. Doing it again changes nothing. */
export async function putCommands(
  connection: DiscordConnection,
  target: CommandsTarget,
  definitions: RESTPostAPIChatInputApplicationCommandsJSONBody[],
): Promise<PutOutcome> {
  const path = commandsPath(target)
  const answer = await send(connection, { method: 'PUT', path, body: definitions })
  if (!answer.ok) return answer
  const registered = answer.body as RESTPutAPIApplicationCommandsResult
  return { ok: true, names: registered.map(({ name }) => name) }
}

/** The names of the commands that Discord has of the application. */
export async function getCommandNames(
  connection: DiscordConnection,
  target: CommandsTarget,
): Promise<PutOutcome> {
  const answer = await send(connection, { method: 'GET', path: commandsPath(target) })
  if (!answer.ok) return answer
  const known = answer.body as RESTGetAPIApplicationCommandsResult
  return { ok: true, names: known.map(({ name }) => name) }
}

/** The application that the token is of, as Discord's developer portal shows it. */
export async function getApplication(
  connection: DiscordConnection,
): Promise<{ ok: true; application: RESTGetCurrentApplicationResult } | Refused> {
  const answer = await send(connection, { method: 'GET', path: '/applications/@me' })
  if (!answer.ok) return answer
  return { ok: true, application: answer.body as RESTGetCurrentApplicationResult }
}

/** Tells Discord where to send interactions. Discord tries it first, and refuses what does not answer rightly. */
export async function setEndpoint(
  connection: DiscordConnection,
  endpoint: string,
): Promise<{ ok: true } | Refused> {
  const body = { interactions_endpoint_url: endpoint }
  return send(connection, { method: 'PATCH', path: '/applications/@me', body })
}

export type RoleChange = { guildId: string; userId: string; roleId: string; reason: string }

/** Gives a role to a member, or takes it. Doing it again changes nothing. */
export async function setRole(
  connection: DiscordConnection,
  { guildId, userId, roleId, reason }: RoleChange,
  has: boolean,
): Promise<Answered> {
  const path = `/guilds/${guildId}/members/${userId}/roles/${roleId}`
  const method = has ? 'PUT' : 'DELETE'
  return send(connection, { method, path, reason, timeout: roleTimeoutMilliseconds })
}
