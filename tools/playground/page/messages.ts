/** The messages of the channel: what the bot answered, edited, added and deleted, and who may see each. */
import {
  type APIEmbed,
  type APIInteractionResponse,
  type APIMessageTopLevelComponent,
  InteractionResponseType,
  MessageFlags,
} from 'discord-api-types/v10'
import type { Person } from '../people.ts'
import { newSnowflake } from '../snowflake.ts'
import type { Told } from '../told.ts'

/** A file of a message; `url` shows it. */
export type Attachment = {
  name: string
  type: string
  size: number
  url: string
  /** For those who do not see it. */
  description?: string
}
export type Body = {
  content?: string | undefined
  embeds?: APIEmbed[] | undefined
  components?: APIMessageTopLevelComponent[] | undefined
  /** What the bot says of its files. */
  attachments?: { filename?: string; description?: string | null }[] | undefined
  flags?: number | undefined
}

export type Message = {
  id: string
  /** Of the interaction that made it. */
  interaction: string
  at: Date
  usedBy: Person
  /** `/daily`; undefined for what followed a button, a modal or an earlier message. */
  command: string | undefined
  isPrivate: boolean
  /** `failed`: the bot did not answer as Discord demands. */
  state: 'thinking' | 'shown' | 'failed' | 'deleted'
  body: Body
  files: Attachment[]
}

/** What led to a reply: the message is the one that a component stands on. */
export type Cause = {
  interaction: { id: string; token: string }
  usedBy: Person
  command?: string | undefined
  message?: Message | undefined
}
type Content = { body: Body; files: Attachment[] }
type Early = { told: Told; files: Attachment[] }

const isEphemeral = (flags = 0) => (flags & MessageFlags.Ephemeral) !== 0
/** As many edits wait for their message: the bot may be faster than its own first answer. */
const earlyMax = 50

export class Messages {
  readonly #byId = new Map<string, Message>()
  /** Interaction token -> the message that `@original` means. */
  readonly #originals = new Map<string, string>()
  readonly #listeners: ((message: Message) => void)[] = []
  #early: Early[] = []

  onChange(listener: (message: Message) => void): void {
    this.#listeners.push(listener)
  }

  /** Shows what the bot answered at once, then what it said about that already. */
  reply(cause: Cause, response: APIInteractionResponse, files: Attachment[]): void {
    const message = this.#answered(cause, response, files)
    if (!message) return
    this.#originals.set(cause.interaction.token, message.id)
    this.#early = this.#early.filter((each) => !this.#apply(each))
  }

  /** The bot did not answer, or not in a way that Discord takes. */
  fail(cause: Cause): void {
    this.#add(cause, { state: 'failed', isPrivate: true })
  }

  /** Applies what the bot told Discord's REST API afterwards. */
  told(told: Told, files: Attachment[]): void {
    if (told.token === '' || this.#apply({ told, files })) return
    this.#early.push({ told, files })
    if (this.#early.length > earlyMax) this.#early.shift()
  }

  /** The message that `@original` means from now on. */
  #answered(
    cause: Cause,
    response: APIInteractionResponse,
    files: Attachment[],
  ): Message | undefined {
    const { type } = response
    const body = (('data' in response && response.data) || {}) as Body
    if (type === InteractionResponseType.ChannelMessageWithSource) {
      return this.#add(cause, { body, files })
    }
    if (type === InteractionResponseType.DeferredChannelMessageWithSource) {
      return this.#add(cause, { body, state: 'thinking' })
    }
    if (type === InteractionResponseType.UpdateMessage && cause.message) {
      this.#edit(cause.message, { body, files })
    }
    const isUpdate =
      type === InteractionResponseType.UpdateMessage ||
      type === InteractionResponseType.DeferredMessageUpdate
    return isUpdate ? cause.message : undefined
  }

  #add({ interaction, usedBy, command }: Cause, made: Partial<Message>): Message {
    const message: Message = {
      id: newSnowflake(),
      interaction: interaction.id,
      at: new Date(),
      usedBy,
      command,
      isPrivate: isEphemeral(made.body?.flags),
      state: 'shown',
      body: {},
      files: [],
      ...made,
    }
    this.#byId.set(message.id, message)
    this.#changed(message)
    return message
  }

  /** What an edit does not name stays as it was. */
  #edit(message: Message, { body, files }: Content): void {
    const named = Object.fromEntries(Object.entries(body).filter(([, part]) => part !== undefined))
    const kept = 'attachments' in named || files.length > 0 ? files : message.files
    const flags = (body.flags ?? 0) | (message.isPrivate ? MessageFlags.Ephemeral : 0)
    message.state = 'shown'
    message.body = { ...message.body, ...named, flags }
    message.files = kept
    this.#changed(message)
  }

  /** False: its message is not known yet, or is on another page. */
  #apply({ told: { method, token, messageId, payload }, files }: Early): boolean {
    const original = this.#byId.get(this.#originals.get(token) ?? '')
    if (!original) return false
    const content = { body: (payload ?? {}) as Body, files }
    if (method === 'POST') {
      const { usedBy, interaction: id } = original
      this.#add({ interaction: { id, token }, usedBy }, { id: messageId, ...content })
      return true
    }
    const message = messageId === '@original' ? original : this.#byId.get(messageId)
    if (message && method === 'DELETE') {
      message.state = 'deleted'
      this.#changed(message)
    } else if (message) this.#edit(message, content)
    return true
  }

  #changed(message: Message): void {
    for (const listener of this.#listeners) listener(message)
  }
}
