/** The commands as the list after "/" shows them: one entry for each command or subcommand that the player may use. */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import type { Person } from '../people.ts'

export type Entry = {
  name: string
  /** From the command to the subcommand. */
  path: string[]
  /** `/play coinflip` */
  title: string
  description: string
  options: APIApplicationCommandBasicOption[]
}
type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody

const administrator = 8n

/** Discord hides a command from those who lack the permission that it asks for. */
function mayUse(
  { permissions }: Person,
  { default_member_permissions: needed }: Definition,
): boolean {
  if (needed === undefined || needed === null) return true
  const [has, needs] = [BigInt(permissions), BigInt(needed)]
  return (has & administrator) !== 0n || (needs !== 0n && (has & needs) === needs)
}

export const entriesFor = (person: Person, commands: Definition[]): Entry[] =>
  commands
    .filter((command) => mayUse(person, command))
    .flatMap(({ name, description, options = [] }) =>
      entriesOf({ name, path: [], title: `/${name}`, description, options: [] }, options),
    )

function entriesOf(entry: Entry, options: APIApplicationCommandOption[]): Entry[] {
  const inner = options.flatMap((option) =>
    option.type === ApplicationCommandOptionType.Subcommand ||
    option.type === ApplicationCommandOptionType.SubcommandGroup
      ? [option]
      : [],
  )
  const basic = options.filter((option) => isBasic(option))
  if (inner.length === 0) return [{ ...entry, options: basic }]
  return inner.flatMap(({ name, description, options: nested = [] }) => {
    const path = [...entry.path, name]
    return entriesOf({ ...entry, path, title: `${entry.title} ${name}`, description }, nested)
  })
}

const isBasic = (option: APIApplicationCommandOption): option is APIApplicationCommandBasicOption =>
  option.type !== ApplicationCommandOptionType.Subcommand &&
  option.type !== ApplicationCommandOptionType.SubcommandGroup

/** What fits what was typed: entries that begin with it first. */
export function matching(entries: Entry[], typed: string): Entry[] {
  const wanted = typed.trimEnd().toLowerCase()
  const begins = entries.filter(({ title }) => title.startsWith(wanted))
  const contains = entries.filter(
    ({ title }) => !title.startsWith(wanted) && title.includes(wanted.slice(1)),
  )
  return [...begins, ...contains]
}
