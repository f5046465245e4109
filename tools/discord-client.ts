/** Plays Discord's part against a local system: real interactions, signed with the demo application's own key. */
import { createPrivateKey, randomInt, sign } from 'node:crypto'
import type { Demo } from './demo.ts'

type Application = Pick<Demo, 'baseUrl' | 'discord'>
export type DiscordUser = { id: string; username: string }
export type Option = {
  name: string
  type: number
  value?: string | number
  options?: Option[]
  focused?: boolean
}
export type DiscordAnswer = { status: number; body: { type?: number; data?: Reply; code?: string } }
type Reply = { content?: string; flags?: number; embeds?: object[]; allowed_mentions?: object }

/** Ids as Discord makes them: decimal digits that fit 64 bits. */
export const newSnowflake = (): string =>
  `1${String(randomInt(1e9)).padStart(9, '0')}${String(randomInt(1e8)).padStart(8, '0')}`

/** The headers that Discord sends with these bytes; `at` is in seconds. */
export function signedHeaders(
  { discord }: Pick<Demo, 'discord'>,
  body: string,
  at = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  const der = Buffer.from(discord.privateKey, 'base64')
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    'content-type': 'application/json',
    'x-signature-ed25519': sign(null, Buffer.from(`${at}${body}`), key).toString('hex'),
    'x-signature-timestamp': String(at),
  }
}

/** A slash command in a server, as Discord would send it. */
export function commandInteraction(
  { discord }: Pick<Demo, 'discord'>,
  user: DiscordUser,
  command: { name: string; options?: Option[]; users?: DiscordUser[] },
): Record<string, unknown> {
  const { name, options = [], users = [] } = command
  const resolved = Object.fromEntries(users.map((each) => [each.id, profileOf(each)]))
  return {
    id: newSnowflake(),
    application_id: discord.applicationId,
    type: 2,
    version: 1,
    token: `demo-only-${newSnowflake()}`,
    guild_id: '100000000000000001',
    channel_id: '100000000000000002',
    locale: 'en-US',
    member: { user: profileOf(user), nick: null, roles: [], permissions: '0' },
    data: { id: newSnowflake(), name, type: 1, options, resolved: { users: resolved } },
  }
}

const profileOf = ({ id, username }: DiscordUser) => ({
  id,
  username,
  global_name: null,
  discriminator: '0',
  avatar: null,
})

/** Sends an interaction; the same object again is what Discord's retry looks like. */
export async function interact(
  application: Application,
  interaction: object,
): Promise<DiscordAnswer> {
  const { baseUrl, discord } = application
  const body = JSON.stringify(interaction)
  const response = await fetch(`${baseUrl}/v1/discord/interactions/${discord.applicationId}`, {
    method: 'POST',
    headers: signedHeaders(application, body),
    body,
  })
  return { status: response.status, body: (await response.json()) as DiscordAnswer['body'] }
}
