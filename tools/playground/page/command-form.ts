/** A command as a form: a field for each option that it needs, and a chip for each that may be added. */
import type { ComposerParts } from './composer.ts'
import { element } from './element.ts'
import type { Entry } from './entries.ts'
import type { Command, Given } from './interactions.ts'
import { type Field, optionField } from './option-field.ts'

type Option = Entry['options'][number]

export class CommandForm {
  readonly view: HTMLFormElement
  readonly #entry: Entry
  readonly #parts: ComposerParts
  readonly #fields: Field[] = []
  readonly #send: HTMLElement

  /** `close` is called when the command was sent or given up. */
  constructor(entry: Entry, parts: ComposerParts, close: () => void) {
    this.#entry = entry
    this.#parts = parts
    const { title, description, options } = entry
    this.#send = element(
      'button',
      { class: 'button primary send', 'aria-label': `Send ${title}` },
      'Send',
    )
    const cancel = { type: 'button', class: 'plain', 'aria-label': 'Cancel', onclick: close }
    const needed = options.filter(({ required }) => required)
    const more = options.filter(({ required }) => required !== true)
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    const onsubmit = (event: SubmitEvent) => {
      event.preventDefault()
      parts.run(this.#command(this.#given()))
      close()
    }
    this.view = element(
      'form',
      { class: 'command', 'aria-label': title, onkeydown, onsubmit },
      element(
        'p',
        { class: 'what' },
        element('b', {}, title),
        element('span', {}, description),
        element('button', cancel, '✕'),
      ),
      element(
        'div',
        { class: 'options' },
        ...needed.map((option) => this.#add(option).view),
        ...more.map((option) => this.#chip(option)),
      ),
      this.#send,
    )
  }

  focus(): void {
    ;(this.#fields[0]?.control ?? this.#send).focus()
  }

  #chip(option: Option): HTMLElement {
    const { name, description } = option
    const onclick = () => {
      const { view, control } = this.#add(option)
      chip.replaceWith(view)
      control.focus()
    }
    const properties = { type: 'button', class: 'chip', title: description, onclick }
    const chip = element('button', properties, `+ ${name}`)
    return chip
  }

  #add(option: Option): Field {
    const field = optionField(option, {
      configuration: this.#parts.configuration,
      suggest: (typing) => {
        const others = this.#given().filter(({ name }) => name !== typing.name)
        return this.#parts.suggest(this.#command([...others, typing]))
      },
    })
    this.#fields.push(field)
    return field
  }

  #given(): Given[] {
    return this.#fields.flatMap(({ read }) => read() ?? [])
  }

  #command(given: Given[]): Command {
    const { name, path } = this.#entry
    return { name, path, given }
  }
}
