/** One option of a command as a field of a form. */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10'
import type { Configuration } from '../configuration.ts'
import { type Child, element, newElementId } from './element.ts'
import { accountsOf, type Given } from './interactions.ts'
import { Listbox } from './listbox.ts'

export type Suggestion = APIApplicationCommandOptionChoice
export type Field = {
  view: HTMLElement
  control: HTMLElement
  /** Undefined while nothing is given. */
  read: () => Given | undefined
}
type Parts = {
  configuration: Configuration
  /** What the bot suggests for what is typed. */
  suggest: (typing: Given) => Promise<Suggestion[]>
}
type Option = APIApplicationCommandBasicOption
type Control = { control: HTMLInputElement | HTMLSelectElement; more?: Child; value: () => string }

const pauseMilliseconds = 200
const { String: Text, Integer, Number: Decimal, Boolean: Switch } = ApplicationCommandOptionType

export function optionField(option: Option, parts: Parts): Field {
  const { name, description, type } = option
  const { control, more, value } = controlOf(option, parts)
  control.id = newElementId()
  const hint = element('small', { id: newElementId() }, description)
  control.setAttribute('aria-describedby', hint.id)
  return {
    view: element(
      'div',
      { class: 'option' },
      element('label', { for: control.id }, name),
      control,
      more,
      hint,
    ),
    control,
    read: () => (value() === '' ? undefined : { name, type, value: typed(type, value()) }),
  }
}

function typed(type: ApplicationCommandOptionType, value: string): Given['value'] {
  if (type === Integer || type === Decimal) return Number(value)
  return type === Switch ? value === 'true' : value
}

function controlOf(option: Option, parts: Parts): Control {
  const listed = listedFor(option, parts.configuration)
  if (listed) return choice(listed, option.required ?? false)
  if ('autocomplete' in option && option.autocomplete) return suggested(option, parts)
  const control = element('input', {
    ...boundsOf(option),
    required: option.required,
    autocomplete: 'off',
  })
  return { control, value: () => control.value }
}

type Listed = { name: string; value: string }[]

function listedFor(option: Option, configuration: Configuration): Listed | undefined {
  if ('choices' in option && option.choices) {
    return option.choices.map(({ name, value }) => ({ name, value: String(value) }))
  }
  if (option.type === Switch) return ['true', 'false'].map((value) => ({ name: value, value }))
  const accounts = accountsOf(configuration)
  const { roles, channel } = configuration.guild
  const named: { [type: number]: { id: string; name: string }[] } = {
    [ApplicationCommandOptionType.User]: accounts,
    [ApplicationCommandOptionType.Role]: roles,
    [ApplicationCommandOptionType.Mentionable]: [...accounts, ...roles],
    [ApplicationCommandOptionType.Channel]: [channel],
  }
  return named[option.type]?.map(({ id, name }) => ({ name, value: id }))
}

function choice(listed: Listed, required: boolean): Control {
  const options = listed.map(({ name, value }) => element('option', { value }, name))
  const control = element('select', { required }, element('option', { value: '' }), ...options)
  return { control, value: () => control.value }
}

function boundsOf(option: Option): Record<string, string | number | undefined> {
  if (option.type === Integer || option.type === Decimal) {
    const step = option.type === Integer ? 1 : 'any'
    return { type: 'number', step, min: option.min_value, max: option.max_value }
  }
  if (option.type !== Text) return { type: 'text' }
  return { type: 'text', minlength: option.min_length, maxlength: option.max_length }
}

/** Asks the bot while somebody types; what is chosen is sent by its value, what is not as it was typed. */
function suggested(option: Option, { suggest }: Parts): Control {
  const { name, type } = option
  const control = element('input', { type: 'text', required: option.required, autocomplete: 'off' })
  let chosen: Suggestion | undefined
  let asked = 0
  const listbox = new Listbox<Suggestion>({
    input: control,
    label: `Suggestions for ${name}`,
    view: (suggestion) => [suggestion.name],
    choose: (suggestion) => {
      chosen = suggestion
      control.value = suggestion.name
    },
  })
  const ask = async () => {
    asked += 1
    const mine = asked
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
    if (mine !== asked) return
    const suggestions = await suggest({ name, type, value: control.value, focused: true })
    if (mine === asked && document.activeElement === control) listbox.show(suggestions)
  }
  control.addEventListener('input', () => void ask())
  control.addEventListener('focus', () => void ask())
  const value = () => (chosen?.name === control.value ? String(chosen.value) : control.value)
  return { control, more: listbox.list, value }
}
