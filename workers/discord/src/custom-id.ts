/** What a button carries: whose it is, what it does and to what. Sealed, so that nobody can make one up or press another's. */
import { equalInConstantTime, hmacSha256 } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import { limits } from './protocol.ts'

/** Which buttons are good: those of one application, in one project. */
export type ButtonScope = { secret: string; applicationId: string; projectId: string }

export type Press = {
  /** The command whose file says what happens. */
  command: string
  action: string
  /** The Discord id of the only one who may press it. */
  ownerId: string
  /** Words without `~`. */
  args: string[]
}
export type PressRefusal = 'button_unknown' | 'button_of_another'

const separator = '~'
/** 72 bits. */
const sealCharacters = 12

const sealOf = ({ secret, applicationId, projectId }: ButtonScope, text: string) => {
  const mac = hmacSha256(secret, JSON.stringify(['button', applicationId, projectId, text]))
  const bytes = Uint8Array.from(mac.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const base64 = btoa(String.fromCharCode(...bytes.slice(0, (sealCharacters * 3) / 4)))
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}

/** At most 100 characters; longer is a bug of the command. */
export function writeCustomId(scope: ButtonScope, press: Press): string {
  const { command, action, ownerId, args } = press
  if (args.some((arg) => arg.includes(separator)))
    throw new Error(`A button cannot carry ${args.join()}`)
  const text = [`${command}.${action}`, short(ownerId), ...args].join(separator)
  const id = `${text}${separator}${sealOf(scope, text)}`
  if (id.length > limits.customId) throw new Error(`The custom id of ${command} is too long: ${id}`)
  return id
}

/** Refuses what we did not write for this application and project, and what is somebody else's. */
export function readCustomId(
  scope: ButtonScope,
  customId: string,
  userId: string,
): Result<Press, PressRefusal> {
  const end = customId.lastIndexOf(separator)
  const text = customId.slice(0, Math.max(end, 0))
  if (!equalInConstantTime(customId.slice(end + 1), sealOf(scope, text))) {
    return fail('button_unknown')
  }
  const [name = '', owner = '', ...args] = text.split(separator)
  const [command = '', action = ''] = name.split('.')
  if (owner !== short(userId)) return fail('button_of_another')
  return ok({ command, action, ownerId: userId, args })
}

const radix = 36

/** A Discord id in a third less characters. */
export const short = (snowflake: string): string => BigInt(snowflake).toString(radix)

export function long(text: string): string {
  let id = 0n
  for (const digit of text) id = id * BigInt(radix) + BigInt(Number.parseInt(digit, radix))
  return id.toString()
}
