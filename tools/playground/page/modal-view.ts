/** A modal: a form over the client of whoever opened it. */
import {
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10'
import { type Child, element, newElementId } from './element.ts'

type Opened = {
  submit: (components: object[]) => void
  close: () => void
}
/** A part of the form, and what it says when it is sent. */
type Field = { view: Child; read: () => object }

export function modalView(
  modal: APIModalInteractionResponseCallbackData,
  { submit, close }: Opened,
): HTMLElement {
  const titleId = newElementId()
  const fields = modal.components.map(fieldOf)
  const cancel = element(
    'button',
    { type: 'button', class: 'button secondary', onclick: close },
    'Cancel',
  )
  const form = element(
    'form',
    {
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault()
        submit(fields.map(({ read }) => read()))
      },
    },
    element('h3', { id: titleId }, modal.title),
    ...fields.map(({ view }) => view),
    element(
      'p',
      { class: 'actions' },
      cancel,
      element('button', { class: 'button primary' }, 'Submit'),
    ),
  )
  return element(
    'div',
    {
      class: 'modal',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-labelledby': titleId,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Escape') close()
      },
    },
    form,
  )
}

/** Text inputs stand in rows, each with its label, or in labels of their own. */
function fieldOf(part: APIModalInteractionResponseCallbackData['components'][number]): Field {
  if (part.type === ComponentType.ActionRow) {
    const inputs = part.components.map((input) => textField(input, input.label ?? input.custom_id))
    return {
      view: element('div', {}, ...inputs.map(({ view }) => view)),
      read: () => ({ type: ComponentType.ActionRow, components: inputs.map(({ read }) => read()) }),
    }
  }
  if (part.type === ComponentType.Label && part.component.type === ComponentType.TextInput) {
    const { view, read } = textField(part.component, part.label, part.description)
    return { view, read: () => ({ type: ComponentType.Label, component: read() }) }
  }
  const text =
    part.type === ComponentType.TextDisplay
      ? part.content
      : `A component of type ${part.type} that the playground does not show.`
  return { view: element('p', {}, text), read: () => ({ type: part.type }) }
}

function textField(input: APITextInputComponent, label: string, description?: string): Field {
  const {
    custom_id,
    style,
    value = '',
    placeholder,
    required = true,
    min_length,
    max_length,
  } = input
  const id = newElementId()
  const isLong = style === TextInputStyle.Paragraph
  const box = element(isLong ? 'textarea' : 'input', {
    id,
    placeholder,
    required,
    minlength: min_length,
    maxlength: max_length,
    ...(isLong ? { rows: 4 } : { type: 'text' }),
    autocomplete: 'off',
  })
  box.value = value
  return {
    view: element(
      'div',
      { class: 'field' },
      element(
        'label',
        { for: id },
        label,
        required && element('span', { class: 'required', 'aria-hidden': 'true' }, ' *'),
      ),
      description !== undefined && element('small', {}, description),
      box,
    ),
    read: () => ({ type: ComponentType.TextInput, custom_id, value: box.value }),
  }
}
