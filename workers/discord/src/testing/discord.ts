/** For tests: plays Discord's part. Builds interactions as Discord does, signs them, and checks that it could show the replies. */
import { now } from '@coinop/shared/clock'
import { anonymous, call } from '@coinop/shared/testing'
import { interactionsReceive } from '../routes/interactions.receive.ts'
import { checkLimits } from './discord-limits.ts'
import { sign } from './identity.ts'
import { type Application, snowflake } from './world.ts'

export type Person = { id: string; username: string; nick?: string; bot?: boolean }
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
const memberOf = ({ nick }: Person) => ({
  nick: nick ?? null,
  roles: [],
  permissions: '0',
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
}

export const command = (application: Application, used: Used, type = 2) => {
  const { by, name, options = [], naming = [], id = snowflake(), isDirectMessage } = used
  const people = <T>(form: (person: Person) => T) =>
    Object.fromEntries(naming.map((person) => [person.id, form(person)]))
  return {
    id,
    application_id: application.applicationId,
    type,
    version: 1,
    token: 'a-secret-interaction-token',
    locale: 'en-US',
    entitlements: [],
    ...(isDirectMessage
      ? { user: userOf(by), context: 1 }
      : {
          guild_id: '1300000000000000009',
          member: { ...memberOf(by), user: userOf(by) },
          context: 0,
        }),
    data: {
      id: '1300000000000000008',
      name,
      type: 1,
      ...(options.length > 0 && { options }),
      ...(naming.length > 0 && { resolved: { users: people(userOf), members: people(memberOf) } }),
    },
  }
}

/** Uses a command and answers the message, after checking that Discord would show it. */
export async function use(application: Application, used: Used) {
  const { status, body } = await deliver(application, JSON.stringify(command(application, used)))
  if (status !== 200) throw new Error(`/${used.name} answered ${status}: ${JSON.stringify(body)}`)
  checkLimits(body)
  const { content = '', embeds = [], flags = 0 } = body.data
  return { text: String(content), embeds, isPrivate: flags === 64, reply: body }
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
