/** For tests: plays Discord's part. Builds interactions as Discord does, signs them, and checks that it could show the replies. */
import { now } from '@coinop/shared/clock'
import { callerHeader } from '@coinop/shared/caller'
import { anonymous, call, gatewayBinding } from '@coinop/shared/testing'
import { InteractionReply } from '../model.ts'
import { interactionsReceive } from '../routes/interactions.receive.ts'
import { checkLimits } from './discord-limits.ts'
import { sign } from './identity.ts'
import { type Application, snowflake } from './world.ts'

export type Person = {
  id: string
  username: string
  nick?: string
  bot?: boolean
  /** Bits of what they may do in the server. */
  permissions?: bigint
  roles?: string[]
}
export const manager = { permissions: 0x20n }
type Option = { name: string; type: number; value?: unknown; focused?: boolean; options?: Option[] }

export const newPerson = (username: string): Person => ({ id: snowflake(), username })

const userOf = ({ id, username, bot }: Person) => ({
  id,
  username,
  global_name: null,
  discriminator: '0',
  avatar: null,
  public_flags: 0,
  ...(bot && { bot }),
})
const memberOf = ({ nick, permissions = 0n, roles = [] }: Person) => ({
  nick: nick ?? null,
  roles,
  permissions: String(permissions),
  flags: 0,
})

/** The seconds of now, or of `offset` seconds from now. */
export const timestamp = (offset = 0) => String(Math.floor(now() / 1_000) + offset)

/** Signs `body` as it stands and sends it to the application's address. */
export async function deliver(
  application: Application,
  body: string,
  { at = timestamp(), path = application.applicationId } = {},
) {
  const signature = await sign(application, at, new TextEncoder().encode(body))
  return call(interactionsReceive, {
    params: { applicationId: path },
    headers: { 'x-signature-ed25519': signature, 'x-signature-timestamp': at },
    body,
    caller: anonymous(),
  })
}

export type Used = {
  by: Person
  name: string
  options?: Option[]
  /** The people that the options name. */
  naming?: Person[]
  /** The interaction's id; given to send the very same one again. */
  id?: string
  isDirectMessage?: boolean
  serverId?: string
}

type From = Pick<Used, 'by' | 'id' | 'isDirectMessage' | 'serverId'>

const head = (application: Application, from: From, type: number) => ({
  id: from.id ?? snowflake(),
  application_id: application.applicationId,
  type,
  version: 1,
  token: 'a-secret-interaction-token',
  locale: 'en-US',
  entitlements: [],
  ...(from.isDirectMessage
    ? { user: userOf(from.by), context: 1 }
    : {
        guild_id: from.serverId ?? '1300000000000000009',
        member: { ...memberOf(from.by), user: userOf(from.by) },
        context: 0,
      }),
})

export const command = (application: Application, used: Used, type = 2) => {
  const { name, options = [], naming = [] } = used
  const people = <T>(form: (person: Person) => T) =>
    Object.fromEntries(naming.map((person) => [person.id, form(person)]))
  return {
    ...head(application, used, type),
    data: {
      id: '1300000000000000008',
      name,
      type: 1,
      ...(options.length > 0 && { options }),
      ...(naming.length > 0 && { resolved: { users: people(userOf), members: people(memberOf) } }),
    },
  }
}

/** A button that somebody presses. */
export const press = (application: Application, from: From, customId: string) => ({
  ...head(application, from, 3),
  data: { custom_id: customId, component_type: 2 },
  message: { id: snowflake(), type: 0, content: '', embeds: [], components: [] },
})

/** A form that somebody sends. */
export const submit = (
  application: Application,
  from: From,
  { customId, inputs }: { customId: string; inputs: Record<string, string> },
) => ({
  ...head(application, from, 5),
  data: {
    custom_id: customId,
    components: Object.entries(inputs).map(([custom_id, value]) => ({
      type: 1,
      components: [{ type: 4, custom_id, value }],
    })),
  },
})

/**
 * Sends an interaction and answers the message, after checking that Discord would show it. Without a token nothing can follow, so
 * the message comes at once however long it takes; see `deferring.ts` for those that come later.
 */
export async function interact(application: Application, interaction: object) {
  const { status, body } = await deliver(application, JSON.stringify({ ...interaction, token: '' }))
  if (status !== 200)
    throw new Error(`An interaction was answered ${status}: ${JSON.stringify(body)}`)
  checkLimits(body)
  const { content = '', embeds = [], components = [], flags = 0 } = body.data ?? {}
  const buttons = components.flatMap((row: { components: Button[] }) => row.components) as Button[]
  return { text: String(content), embeds, buttons, isPrivate: flags === 64, reply: body }
}
type Button = { label: string; custom_id: string; disabled?: boolean }

/** Uses a command. */
export const use = (application: Application, used: Used) =>
  interact(application, command(application, used))

/** Presses the button with this label. */
export async function pressed(
  application: Application,
  from: From,
  { buttons, label }: { buttons: Button[]; label: string },
) {
  const button = buttons.find((each) => each.label === label)
  if (!button)
    throw new Error(`No button says ${label}: ${buttons.map((each) => each.label).join()}`)
  return interact(application, press(application, from, button.custom_id))
}

/** An answer in several parts: the message, checked, and its picture. */
export async function useForPicture(application: Application, interaction: object) {
  const body = JSON.stringify(interaction)
  const at = timestamp()
  const path = `/v1/discord/interactions/${application.applicationId}`
  const response = await gatewayBinding().fetch(new URL(path, 'http://worker').href, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [callerHeader]: JSON.stringify(anonymous()),
      'x-signature-ed25519': await sign(application, at, new TextEncoder().encode(body)),
      'x-signature-timestamp': at,
    },
    body,
  })
  const form = await response.formData()
  const reply = InteractionReply.parse(JSON.parse(form.get('payload_json') as string))
  checkLimits(reply)
  const file = form.get('files[0]') as unknown as File
  return { reply, name: file.name, png: new Uint8Array(await file.arrayBuffer()) }
}

/** The suggestions for an item, after typing `typed`. */
export async function suggest(application: Application, by: Person, typed: string) {
  const options = [{ name: 'item', type: 3, value: typed, focused: true }]
  const sent = command(application, { by, name: 'buy', options }, 4)
  const { body } = await deliver(application, JSON.stringify(sent))
  checkLimits(body)
  return body.data.choices as { name: string; value: string }[]
}

export const daily = (by: Person): Used => ({ by, name: 'daily' })
export const balance = (by: Person): Used => ({ by, name: 'balance' })
export const pay = (by: Person, to: Person, amount: unknown, currency?: string): Used => ({
  by,
  name: 'pay',
  naming: [to],
  options: [
    { name: 'user', type: 6, value: to.id },
    { name: 'amount', type: 10, value: amount },
    ...(currency ? [{ name: 'currency', type: 3, value: currency }] : []),
  ],
})
export const buy = (by: Person, item: string, quantity?: number): Used => ({
  by,
  name: 'buy',
  options: [
    { name: 'item', type: 3, value: item },
    ...(quantity ? [{ name: 'quantity', type: 4, value: quantity }] : []),
  ],
})
export const coinflip = (by: Person, side: string, bet: number): Used => ({
  by,
  name: 'play',
  options: [
    {
      name: 'coinflip',
      type: 1,
      options: [
        { name: 'side', type: 3, value: side },
        { name: 'bet', type: 10, value: bet },
      ],
    },
  ],
})
export const blackjack = (by: Person, bet: number): Used => ({
  by,
  name: 'play',
  options: [{ name: 'blackjack', type: 1, options: [{ name: 'bet', type: 10, value: bet }] }],
})
