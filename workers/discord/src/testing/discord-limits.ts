/**
 * For tests: what Discord accepts as the answer to an interaction, written down from its documentation and not from our
 * own constants. Source: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
import { expect } from 'vitest'

type Choice = { name: string; value: string }
type Embed = {
  title?: string | undefined
  description?: string | undefined
  footer?: { text: string } | undefined
  fields?: { name: string; value: string }[] | undefined
}
type Reply = {
  type: number
  data?: {
    content?: string | undefined
    embeds?: Embed[] | undefined
    flags?: number | undefined
    allowed_mentions?: object
    choices?: Choice[]
  }
}

/** Fails unless Discord would show this reply. */
export function checkLimits({ type, data = {} }: Reply): void {
  if (type === 1) return
  if (type === 8) return checkChoices(data.choices ?? [])
  expect(type).toBe(4)
  const { content = '', embeds = [], flags = 0, allowed_mentions } = data
  expect(content.length).toBeLessThanOrEqual(2_000)
  expect(content.trim() !== '' || embeds.length > 0, 'an empty message is refused').toBe(true)
  expect(embeds.length).toBeLessThanOrEqual(10)
  expect([0, 64]).toContain(flags)
  expect(allowed_mentions, 'nobody may be pinged').toEqual({ parse: [] })
  const total = embeds.map(checkEmbed).reduce((sum, length) => sum + length, 0)
  expect(total).toBeLessThanOrEqual(6_000)
}

/** Answers how many characters count for the total. */
function checkEmbed({ title = '', description = '', footer, fields = [] }: Embed): number {
  expect(title.length).toBeLessThanOrEqual(256)
  expect(description.length).toBeLessThanOrEqual(4_096)
  expect(footer?.text.length ?? 0).toBeLessThanOrEqual(2_048)
  expect(fields.length).toBeLessThanOrEqual(25)
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

function checkChoices(choices: Choice[]): void {
  expect(choices.length).toBeLessThanOrEqual(25)
  for (const { name, value } of choices) {
    expect(name.trim().length).toBeGreaterThanOrEqual(1)
    expect(name.length).toBeLessThanOrEqual(100)
    expect(value.length).toBeGreaterThanOrEqual(1)
    expect(value.length).toBeLessThanOrEqual(100)
  }
}
