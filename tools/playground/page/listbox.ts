/** A list of choices at a text field, for the keyboard, the mouse and screen readers (ARIA combobox pattern). */
import { type Child, element, newElementId } from './element.ts'

type Parts<T> = {
  input: HTMLInputElement
  label: string
  view: (choice: T) => Child[]
  choose: (choice: T) => void
}

export class Listbox<T> {
  readonly list: HTMLElement
  readonly #parts: Parts<T>
  #choices: T[] = []
  #active = 0

  constructor(parts: Parts<T>) {
    const { input, label } = parts
    this.#parts = parts
    const id = newElementId()
    this.list = element('ul', { id, class: 'choices', role: 'listbox', 'aria-label': label })
    input.setAttribute('role', 'combobox')
    input.setAttribute('aria-controls', id)
    input.setAttribute('aria-autocomplete', 'list')
    input.addEventListener('keydown', (event) => this.#press(event))
    input.addEventListener('blur', () => this.show([]))
    this.show([])
  }

  /** Opens with these; closes without any. */
  show(choices: T[]): void {
    const { input } = this.#parts
    this.#choices = choices
    const isOpen = choices.length > 0
    this.list.replaceChildren(...choices.map((choice) => this.#option(choice)))
    this.list.hidden = !isOpen
    input.setAttribute('aria-expanded', String(isOpen))
    if (isOpen) this.#mark(0)
    else input.removeAttribute('aria-activedescendant')
  }

  #option(choice: T): HTMLElement {
    // Before the field loses the focus.
    const onmousedown = (event: MouseEvent) => {
      event.preventDefault()
      this.#pick(choice)
    }
    const properties = { id: newElementId(), role: 'option', onmousedown }
    return element('li', properties, ...this.#parts.view(choice))
  }

  #mark(index: number): void {
    this.#active = index
    for (const [each, option] of Array.from(this.list.children).entries()) {
      option.setAttribute('aria-selected', String(each === index))
      if (each !== index) continue
      this.#parts.input.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    }
  }

  #pick(choice: T | undefined): void {
    this.show([])
    if (choice !== undefined) this.#parts.choose(choice)
  }

  #press(event: KeyboardEvent): void {
    const count = this.#choices.length
    if (count === 0) return
    const { key } = event
    if (key === 'ArrowDown') this.#mark((this.#active + 1) % count)
    else if (key === 'ArrowUp') this.#mark((this.#active + count - 1) % count)
    else if (key === 'Enter' || key === 'Tab') this.#pick(this.#choices[this.#active])
    else if (key === 'Escape') this.show([])
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}
