/**
 * For tests: what Discord accepts as the answer to an interaction, written down from its documentation and not from our
 * own constants. Sources: https://discord.com/developers/docs/resources/message#embed-object-embed-limits and
 * https://discord.com/developers/docs/components/reference
 */
import type { APIInteractionResponse } from 'discord-api-types/v10'
import { expect } from 'vitest'

type Choice = { name: string; value: string }
type Embed = {
  title?: string | undefined
  description?: string | undefined
  footer?: { text: string } | undefined
  fields?: { name: string; value: string }[] | undefined
  color?: number | undefined
  image?: { url: string } | undefined
}
type Component = {
  type: number
  custom_id?: string
  label?: string
  style?: number
  value?: string | undefined
  placeholder?: string | undefined
  min_length?: number | undefined
  max_length?: number
}
type Row = { type: number; components: Component[] }
type Message = {
  content?: string | undefined
  embeds?: Embed[] | undefined
  components?: Row[] | undefined
  attachments?: { id: number; filename: string; description: string }[] | undefined
  flags?: number | undefined
  allowed_mentions?: object
}
type Reply = {
  type: number
  data?: Message & { choices?: Choice[]; custom_id?: string; title?: string }
}

/** Fails unless Discord would show this reply. The type says that discord-api-types knows its form, the tests that it fits. */
export function checkLimits(reply: Reply | APIInteractionResponse): void {
  const { type, data = {} } = reply as Reply
  if (type === 1 || type === 6) return
  if (type === 5) return expect(Object.keys(data)).toEqual(data.flags === 64 ? ['flags'] : [])
  if (type === 8) return checkChoices(data.choices ?? [])
  if (type === 9) return checkModal(data)
  expect([4, 7]).toContain(type)
  checkMessage(data, type === 7)
}

/** `isChange`: what is left out of it stays as it was. */
export function checkMessage(data: Message, isChange: boolean): void {
  const { content = '', embeds = [], components = [], attachments = [], flags = 0 } = data
  expect(content.length).toBeLessThanOrEqual(2_000)
  const isEmpty = content.trim() === '' && embeds.length === 0 && attachments.length === 0
  expect(isEmpty, 'an empty message is refused').toBe(false)
  expect(embeds.length).toBeLessThanOrEqual(10)
  expect(isChange ? [0] : [0, 64]).toContain(flags)
  expect(data.allowed_mentions, 'nobody may be pinged').toEqual({ parse: [] })
  const total = embeds.map(checkEmbed).reduce((sum, length) => sum + length, 0)
  expect(total).toBeLessThanOrEqual(6_000)
  checkButtons(components)
  const files = attachments.map(({ filename, description }) => {
    expect(filename).toMatch(/^[a-z]+\.png$/)
    expect(description.length).toBeLessThanOrEqual(1_024)
    return `attachment://${filename}`
  })
  for (const { image } of embeds) if (image) expect(files).toContain(image.url)
}

/** Answers how many characters count for the total. */
function checkEmbed({ title = '', description = '', footer, fields = [], color = 0 }: Embed) {
  expect(title.length).toBeLessThanOrEqual(256)
  expect(description.length).toBeLessThanOrEqual(4_096)
  expect(footer?.text.length ?? 0).toBeLessThanOrEqual(2_048)
  expect(fields.length).toBeLessThanOrEqual(25)
  expect(color).toBeLessThanOrEqual(0xffffff)
  for (const { name, value } of fields) {
    expect(name.trim().length).toBeGreaterThanOrEqual(1)
    expect(name.length).toBeLessThanOrEqual(256)
    expect(value.trim().length).toBeGreaterThanOrEqual(1)
    expect(value.length).toBeLessThanOrEqual(1_024)
  }
  const texts = [
    title,
    description,
    footer?.text ?? '',
    ...fields.flatMap((f) => [f.name, f.value]),
  ]
  return texts.join('').length
}

function checkButtons(rows: Row[]): void {
  expect(rows.length).toBeLessThanOrEqual(5)
  for (const { type, components } of rows) {
    expect(type).toBe(1)
    expect(components.length).toBeGreaterThanOrEqual(1)
    expect(components.length).toBeLessThanOrEqual(5)
    for (const { type: kind, style, label = '', custom_id = '' } of components) {
      expect(kind).toBe(2)
      expect([1, 2, 3, 4]).toContain(style)
      expect(label.length).toBeGreaterThanOrEqual(1)
      expect(label.length).toBeLessThanOrEqual(80)
      expect(custom_id).toMatch(/^.{1,100}$/)
    }
  }
  const ids = rows.flatMap(({ components }) => components.map(({ custom_id }) => custom_id))
  expect(new Set(ids).size, 'a message may not have an id twice').toBe(ids.length)
}

function checkModal({ custom_id = '', title = '', components = [] }: NonNullable<Reply['data']>) {
  expect(custom_id).toMatch(/^.{1,100}$/)
  expect(title.length).toBeGreaterThanOrEqual(1)
  expect(title.length).toBeLessThanOrEqual(45)
  expect(components.length).toBeGreaterThanOrEqual(1)
  expect(components.length).toBeLessThanOrEqual(5)
  for (const { type, components: inputs } of components) {
    expect(type).toBe(1)
    expect(inputs).toHaveLength(1)
    inputs.forEach(checkInput)
  }
}

function checkInput(input: Component): void {
  const { label = '', placeholder = '', value = '', min_length = 0, max_length = 0 } = input
  expect(input.type).toBe(4)
  expect([1, 2]).toContain(input.style)
  expect(input.custom_id).toMatch(/^.{1,100}$/)
  expect(label.length).toBeGreaterThanOrEqual(1)
  expect(label.length).toBeLessThanOrEqual(45)
  expect(placeholder.length).toBeLessThanOrEqual(100)
  expect(value.length).toBeLessThanOrEqual(max_length)
  expect(max_length).toBeLessThanOrEqual(4_000)
  expect(min_length).toBeLessThanOrEqual(max_length)
}

function checkChoices(choices: Choice[]): void {
  expect(choices.length).toBeLessThanOrEqual(25)
  for (const { name, value } of choices) {
    expect(name.trim().length).toBeGreaterThanOrEqual(1)
    expect(name.length).toBeLessThanOrEqual(100)
    expect(value.length).toBeGreaterThanOrEqual(1)
    expect(value.length).toBeLessThanOrEqual(100)
  }
}
