/** One player's client: their view of the channel, and what they may do in it. */
import {
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
} from 'discord-api-types/v10'
import type { Configuration } from '../configuration.ts'
import type { Person } from '../people.ts'
import { componentsView } from './components-view.ts'
import { Composer } from './composer.ts'
import { element } from './element.ts'
import type { Exchanges } from './exchanges.ts'
import {
  accountsOf,
  type Command,
  commandInteraction,
  type Component,
  componentInteraction,
  type Interaction,
  modalInteraction,
} from './interactions.ts'
import { avatar, messageView } from './message-view.ts'
import type { Cause, Message, Messages } from './messages.ts'
import { modalView } from './modal-view.ts'
import type { Suggestion } from './option-field.ts'

export type World = { configuration: Configuration; messages: Messages; exchanges: Exchanges }

export class ClientView {
  readonly view: HTMLElement
  readonly #world: World
  readonly #person: Person
  readonly #nodes = new Map<string, HTMLElement>()
  readonly #head = element('header', { class: 'client-head' })
  readonly #list: HTMLElement
  readonly #composer: Composer
  readonly #welcome: HTMLElement

  constructor(world: World, person: Person) {
    const name = person.global_name
    this.#world = world
    this.#person = person
    this.#list = element('div', {
      class: 'messages',
      role: 'log',
      'aria-label': `What ${name} sees`,
      tabindex: 0,
    })
    this.#composer = new Composer({
      configuration: world.configuration,
      person,
      run: (command) => this.#run(command),
      suggest: (command) => this.#suggest(command),
    })
    this.#welcome = welcomeView(person, this.#composer)
    this.#list.append(this.#welcome)
    const label = `${name}’s client`
    const parts = [this.#head, this.#list, this.#composer.view]
    this.view = element('section', { class: 'client', 'aria-label': label }, ...parts)
    this.showRoles()
    world.messages.onChange((message) => this.#show(message))
  }

  showRoles(): void {
    this.#head.replaceChildren(...headOf(this.#world, this.#person))
  }

  #run(command: Command): void {
    const title = [`/${command.name}`, ...command.path].join(' ')
    const interaction = commandInteraction(this.#world.configuration, this.#person, command)
    void this.#act(title, interaction, { command: title })
  }

  async #suggest(command: Command): Promise<Suggestion[]> {
    const { configuration, exchanges } = this.#world
    const interaction = commandInteraction(configuration, this.#person, command)
    const title = `${this.#person.global_name}: /${command.name}, typing`
    const response = (await exchanges.send(title, interaction))?.response
    if (response?.type !== InteractionResponseType.ApplicationCommandAutocompleteResult) return []
    return response.data.choices ?? []
  }

  async #use(message: Message, component: Component, label: string): Promise<void> {
    const { configuration } = this.#world
    const node = this.#nodes.get(message.id)
    node?.setAttribute('aria-busy', 'true')
    const interaction = componentInteraction(configuration, this.#person, { message, component })
    await this.#act(`[${label}]`, interaction, { message })
    node?.removeAttribute('aria-busy')
  }

  /** Sends an interaction and shows what comes of it. */
  async #act(
    title: string,
    interaction: Interaction & object,
    cause: Omit<Cause, 'interaction' | 'usedBy'>,
  ): Promise<void> {
    const { exchanges, messages } = this.#world
    const answer = await exchanges.send(`${this.#person.global_name}: ${title}`, interaction)
    const whole = { interaction, usedBy: this.#person, ...cause }
    if (!answer) return messages.fail(whole)
    const { response, files } = answer
    if (response.type !== InteractionResponseType.Modal) {
      return messages.reply(whole, response, files)
    }
    this.#openModal(response.data, cause.message)
  }

  #openModal(modal: APIModalInteractionResponseCallbackData, message: Message | undefined): void {
    const before = document.activeElement
    const behind = [this.#list, this.#composer.view]
    const close = () => {
      dialog.remove()
      for (const part of behind) part.inert = false
      if (before instanceof HTMLElement) before.focus()
    }
    const submit = (components: object[]) => {
      close()
      const filled = { customId: modal.custom_id, components, message }
      const { configuration } = this.#world
      const interaction = modalInteraction(configuration, this.#person, filled)
      void this.#act(`“${modal.title}”`, interaction, { message })
    }
    const dialog = modalView(modal, { submit, close })
    for (const part of behind) part.inert = true
    this.view.append(dialog)
    dialog.querySelector<HTMLElement>('input, textarea, button')?.focus()
  }

  #show(message: Message): void {
    if (message.isPrivate && message.usedBy.id !== this.#person.id) return
    this.#welcome.remove()
    const before = this.#nodes.get(message.id)
    if (message.state === 'deleted') return before?.remove()
    const node = messageView(message, this.#shown())
    this.#nodes.set(message.id, node)
    if (before) replaceKeepingFocus(before, node)
    else this.#list.append(node)
    this.#list.scrollTop = this.#list.scrollHeight
  }

  #shown() {
    const { configuration } = this.#world
    const { bot, guild } = configuration
    const named = [...accountsOf(configuration), ...guild.roles, guild.channel]
    return {
      botName: bot.username,
      nameOf: (id: string) => named.find((each) => each.id === id)?.name ?? 'unknown',
      components: (message: Message) =>
        componentsView(
          message,
          configuration,
          (component, label) => void this.#use(message, component, label),
        ),
      dismiss: (message: Message) => this.#nodes.get(message.id)?.remove(),
    }
  }
}

const cssColor = (color: number) => `#${color.toString(16).padStart(6, '0')}`

function headOf({ configuration: { guild } }: World, { global_name: name, roles }: Person) {
  const held = guild.roles.filter(({ id }) => roles.includes(id))
  return [
    avatar(name),
    element('h2', {}, name),
    ...held.map((role) =>
      element('span', { class: 'role', style: `--role: ${cssColor(role.color)}` }, role.name),
    ),
    element('span', { class: 'where' }, `# ${guild.channel.name}`),
  ]
}

/** What to do first: commands that need nothing filled in. */
const starters = ['daily', 'balance', 'shop']

function welcomeView({ global_name: name }: Person, composer: Composer): HTMLElement {
  const first = composer.entries.filter((entry) => starters.includes(entry.name))
  const chips = first.map((entry) => {
    const onclick = () => composer.open(entry)
    return element('button', { type: 'button', class: 'chip', onclick }, entry.title)
  })
  return element(
    'div',
    { class: 'welcome' },
    element('h3', {}, `You are ${name}.`),
    element('p', {}, 'Type / to see what the bot can do, or begin here:'),
    element('p', {}, ...chips),
  )
}

/** A keyboard stays on the button that it pressed, or on the first of the new ones. */
function replaceKeepingFocus(before: HTMLElement, after: HTMLElement): void {
  const focused = before.contains(document.activeElement) ? document.activeElement : null
  before.replaceWith(after)
  if (!focused) return
  const id = focused.getAttribute('data-component')
  const controls = [...after.querySelectorAll<HTMLElement>('[data-component]:not([disabled])')]
  const same = controls.find((each) => each.getAttribute('data-component') === id)
  ;(same ?? controls[0])?.focus()
}
