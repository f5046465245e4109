/** A message as Discord shows it: who asked for it, the text, embeds, pictures, files and components. */
import type { APIEmbed } from 'discord-api-types/v10'
import { type Child, element } from './element.ts'
import { link, markdown, type Names } from './markdown.ts'
import type { Attachment, Message } from './messages.ts'

export type Shown = Names & {
  botName: string
  /** The rows of buttons and selects, for whoever looks. */
  components: (message: Message) => Child[]
  dismiss: (message: Message) => void
}

export const avatar = (name: string): HTMLElement =>
  element(
    'span',
    { class: `avatar ${name.toLowerCase()}`, 'aria-hidden': 'true' },
    name.slice(0, 1),
  )

export function messageView(message: Message, shown: Shown): HTMLElement {
  const { id, usedBy, command, isPrivate } = message
  return element(
    'article',
    { class: isPrivate ? 'message private' : 'message', 'data-message': id },
    command !== undefined &&
      element(
        'p',
        { class: 'used' },
        avatar(usedBy.global_name),
        element('b', {}, usedBy.global_name),
        ' used ',
        element('span', { class: 'mention' }, command),
      ),
    element('img', { class: 'face', src: '/playground/icon.svg', alt: '', width: 38, height: 38 }),
    element('div', { class: 'content' }, head(message, shown), ...contents(message, shown)),
  )
}

const head = ({ at }: Message, { botName }: Shown) =>
  element(
    'p',
    { class: 'author' },
    element('b', {}, botName),
    element('span', { class: 'badge' }, 'BOT'),
    element('time', { datetime: at.toISOString() }, clock.format(at)),
  )

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short' })

function contents(message: Message, shown: Shown): Child[] {
  if (message.state === 'thinking') {
    return [element('p', { class: 'thinking', role: 'status' }, `${shown.botName} is thinking…`)]
  }
  const { body, isPrivate } = message
  const files = described(message)
  const only = isPrivate && onlyYou(message, shown)
  if (message.state === 'failed') {
    const text = 'The bot did not respond. The panel shows what it answered.'
    return [element('p', { class: 'failed' }, text), only]
  }
  const { content = '', embeds = [] } = body
  const used = new Set(embeds.flatMap(imagesOf))
  const loose = files.filter(({ name }) => !used.has(`attachment://${name}`))
  return [
    content !== '' && element('div', { class: 'text' }, ...markdown(content, shown)),
    ...embeds.map((embed) => embedView(embed, files, shown)),
    ...loose.map(fileView),
    ...shown.components(message),
    only,
  ]
}

const described = ({ body: { attachments = [] }, files }: Message): Attachment[] =>
  files.map((file) => {
    const { description } = attachments.find(({ filename }) => filename === file.name) ?? {}
    return { ...file, description: description ?? file.name }
  })

const image = ({ name, url, description }: Attachment, kind: string) =>
  element('img', { class: kind, src: url, alt: description ?? name })

const onlyYou = (message: Message, { dismiss }: Shown) =>
  element(
    'p',
    { class: 'only' },
    'Only you can see this · ',
    element(
      'button',
      { type: 'button', class: 'plain', onclick: () => dismiss(message) },
      'Dismiss message',
    ),
  )

const imagesOf = ({ image, thumbnail, author, footer }: APIEmbed) =>
  [image?.url, thumbnail?.url, author?.icon_url, footer?.icon_url].filter(
    (url) => url !== undefined,
  )

function fileView(file: Attachment): HTMLElement {
  const { name, type, size, url } = file
  if (type.startsWith('image/')) return image(file, 'picture')
  return element('p', { class: 'file' }, link(url, [name]), ` ${size} bytes`)
}

function embedView(embed: APIEmbed, files: Attachment[], names: Names): HTMLElement {
  const { description, color, image, thumbnail } = embed
  const stripe = color === undefined ? '' : `--stripe: #${color.toString(16).padStart(6, '0')}`
  const footer = footing(embed)
  return element(
    'div',
    { class: 'embed', style: stripe },
    thumbnail && picture(thumbnail.url, files, 'thumbnail'),
    ...heading(embed, files, names),
    description !== undefined && element('div', { class: 'text' }, ...markdown(description, names)),
    fieldsView(embed, names),
    image && picture(image.url, files, 'picture'),
    footer !== '' && element('p', { class: 'footer' }, footer),
  )
}

function heading({ author, title, url }: APIEmbed, files: Attachment[], names: Names): Child[] {
  const icon = author?.icon_url !== undefined && picture(author.icon_url, files, 'icon')
  const shown = title === undefined ? [] : markdown(title, names)
  return [
    author && element('p', { class: 'by' }, icon, author.name),
    title !== undefined &&
      element('div', { class: 'title' }, ...(url === undefined ? shown : [link(url, shown)])),
  ]
}

function fieldsView({ fields = [] }: APIEmbed, names: Names): Child {
  if (fields.length === 0) return false
  const views = fields.map(({ name, value, inline }) =>
    element(
      'div',
      { class: inline === true ? 'inline' : false },
      element('dt', {}, ...markdown(name, names)),
      element('dd', {}, ...markdown(value, names)),
    ),
  )
  return element('dl', { class: 'fields' }, ...views)
}

function footing({ footer, timestamp }: APIEmbed): string {
  const at = timestamp === undefined ? undefined : new Date(timestamp).toLocaleString('en')
  return [footer?.text, at].filter((part) => part !== undefined).join(' • ')
}

/** A file of the message; a picture from elsewhere is a link, for this page loads nothing from elsewhere. */
function picture(url: string, files: Attachment[], kind: string): HTMLElement {
  const file = files.find(({ name }) => url === `attachment://${name}`)
  if (file) return image(file, kind)
  return element('p', { class: 'file' }, link(url, [url]))
}
