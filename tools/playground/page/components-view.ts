/** Buttons and select menus under a message. What this page cannot show, it names. */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  type APISelectMenuComponent,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10'
import type { Configuration } from '../configuration.ts'
import { type Child, element } from './element.ts'
import { accountsOf, type Component } from './interactions.ts'
import { link } from './markdown.ts'
import type { Message } from './messages.ts'

export type Use = (component: Component, label: string) => void

export function componentsView({ body }: Message, configuration: Configuration, use: Use): Child[] {
  return (body.components ?? []).map((row) =>
    row.type === ComponentType.ActionRow
      ? element('div', { class: 'row' }, ...rowView(row, configuration, use))
      : unsupported(row.type),
  )
}

const unsupported = (type: number) =>
  element('p', { class: 'unsupported' }, `The playground does not show components of type ${type}.`)

const rowView = (
  { components }: APIActionRowComponent<APIComponentInMessageActionRow>,
  configuration: Configuration,
  use: Use,
) =>
  components.map((component) =>
    component.type === ComponentType.Button
      ? button(component, use)
      : select(component, configuration, use),
  )

const styleNames: Record<number, string> = {
  [ButtonStyle.Primary]: 'primary',
  [ButtonStyle.Secondary]: 'secondary',
  [ButtonStyle.Success]: 'success',
  [ButtonStyle.Danger]: 'danger',
}

function button(component: APIButtonComponent, use: Use): HTMLElement {
  if (component.style === ButtonStyle.Link)
    return link(component.url, [component.label ?? component.url])
  if (component.style === ButtonStyle.Premium) return unsupported(ComponentType.Button)
  const { custom_id: customId, disabled, style, label = '', emoji } = component
  const shown = [emoji?.name, label].filter((part) => part !== undefined && part !== '').join(' ')
  return element(
    'button',
    {
      type: 'button',
      class: `button ${styleNames[style]}`,
      'data-component': customId,
      disabled,
      onclick: () => use({ customId, type: ComponentType.Button }, shown),
    },
    shown,
  )
}

type Choice = { label: string; value: string; description?: string; default?: boolean }

function choicesOf(
  component: APISelectMenuComponent,
  configuration: Configuration,
): Choice[] | undefined {
  if (component.type === ComponentType.StringSelect) return component.options
  const accounts = accountsOf(configuration)
  const { roles, channel } = configuration.guild
  const named: Record<number, { id: string; name: string }[]> = {
    [ComponentType.UserSelect]: accounts,
    [ComponentType.RoleSelect]: roles,
    [ComponentType.MentionableSelect]: [...accounts, ...roles],
    [ComponentType.ChannelSelect]: [channel],
  }
  return named[component.type]?.map(({ id, name }) => ({ label: name, value: id }))
}

function select(
  component: APISelectMenuComponent,
  configuration: Configuration,
  use: Use,
): HTMLElement {
  const { type, custom_id: customId, placeholder = 'Make a selection', disabled } = component
  const choices = choicesOf(component, configuration)
  if (!choices) return unsupported(type)
  const isMultiple = (component.max_values ?? 1) > 1
  const send = (list: HTMLSelectElement) => {
    const values = Array.from(list.selectedOptions, ({ value }) => value).filter(
      (value) => value !== '',
    )
    if (values.length > 0) use({ customId, type, values }, placeholder)
  }
  const options = choices.map(({ label, value, description, default: chosen }) =>
    element(
      'option',
      { value, selected: chosen },
      description === undefined ? label : `${label} — ${description}`,
    ),
  )
  const hasChosen = choices.some((choice) => choice.default)
  const list = element(
    'select',
    {
      'aria-label': placeholder,
      'data-component': customId,
      disabled,
      multiple: isMultiple,
      ...(!isMultiple && { onchange: () => send(list) }),
    },
    !isMultiple &&
      element('option', { value: '', selected: !hasChosen, hidden: true }, placeholder),
    ...options,
  )
  if (!isMultiple) return list
  const choose = element(
    'button',
    { type: 'button', class: 'button secondary', onclick: () => send(list) },
    'Choose',
  )
  return element('span', { class: 'many' }, list, choose)
}
