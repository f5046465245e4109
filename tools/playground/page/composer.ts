/** Where a player writes: "/" lists the commands, and a chosen one becomes a form of its options. */
import type { Configuration } from '../configuration.ts'
import type { Person } from '../people.ts'
import { CommandForm } from './command-form.ts'
import { element } from './element.ts'
import { entriesFor, type Entry, matching } from './entries.ts'
import type { Command } from './interactions.ts'
import { Listbox } from './listbox.ts'
import type { Suggestion } from './option-field.ts'

export type ComposerParts = {
  configuration: Configuration
  person: Person
  run: (command: Command) => void
  suggest: (command: Command) => Promise<Suggestion[]>
}

export class Composer {
  readonly view = element('div', { class: 'composer' })
  readonly entries: Entry[]
  readonly #parts: ComposerParts
  readonly #input: HTMLInputElement
  readonly #listbox: Listbox<Entry>

  constructor(parts: ComposerParts) {
    const { configuration, person } = parts
    this.#parts = parts
    this.entries = entriesFor(person, configuration.commands)
    this.#input = element('input', {
      type: 'text',
      class: 'write',
      placeholder: 'Type / for commands',
      'aria-label': `Command as ${person.global_name}`,
      autocomplete: 'off',
      spellcheck: 'false',
    })
    this.#listbox = new Listbox({
      input: this.#input,
      label: 'Commands',
      view: ({ title, description }) => [element('b', {}, title), element('span', {}, description)],
      choose: (entry) => this.open(entry),
    })
    for (const event of ['input', 'focus']) {
      this.#input.addEventListener(event, () => this.#look())
    }
    this.#close()
  }

  /** Turns a command into its form. */
  open(entry: Entry): void {
    const form = new CommandForm(entry, this.#parts, () => {
      this.#close()
      this.#input.focus()
    })
    this.view.replaceChildren(form.view)
    form.focus()
  }

  #look(): void {
    const { value } = this.#input
    this.#listbox.show(value.startsWith('/') ? matching(this.entries, value) : [])
  }

  #close(): void {
    this.#input.value = ''
    this.view.replaceChildren(this.#listbox.list, this.#input)
  }
}
