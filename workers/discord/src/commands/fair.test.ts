import { describe, expect, test } from 'vitest'
import { interact, newPerson, press, pressed, submit, use } from '../testing/discord.ts'
import { openArcade, snowflake } from '../testing/world.ts'

type Field = { name: string; value: string }
const fieldOf = (embeds: { fields: Field[] }[], name: string) =>
  embeds[0]?.fields.find((field) => field.name.startsWith(name))?.value ?? ''
const hex = (text: string) => /`([0-9a-f]{64})`/.exec(text)?.[1] ?? ''
const sha256 = async (text: string) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function opened() {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  const first = await use(arcade, { by: ada, name: 'fair' })
  return { arcade, ada, first }
}

describe('/fair', () => {
  test('shows the commitment privately, and the same one again', async () => {
    const { arcade, ada, first } = await opened()
    expect(first.isPrivate).toBe(true)
    expect(hex(fieldOf(first.embeds, 'Commitment'))).toHaveLength(64)
    const again = await use(arcade, { by: ada, name: 'fair' })
    expect(again.embeds).toEqual(first.embeds)
  })

  test('takes a client seed by a form, and reveals the seed that was committed to', async () => {
    const { arcade, ada, first } = await opened()
    const form = await pressed(
      arcade,
      { by: ada },
      { buttons: first.buttons, label: 'Choose my seed' },
    )
    expect(form.reply).toMatchObject({ type: 9, data: { title: 'Your client seed' } })
    const customId = form.reply.data.custom_id
    const sent = { customId, inputs: { seed: ' lucky-4711 ' } }
    const from = { by: ada, id: snowflake() }
    const copies = await Promise.all(
      Array.from({ length: 10 }, () => interact(arcade, submit(arcade, from, sent))),
    )
    const [after] = copies
    for (const { reply } of copies) expect(reply).toEqual(after?.reply)
    expect(after?.reply.type).toBe(7)
    expect(fieldOf(after!.embeds, 'Your client seed')).toBe('`lucky-4711`')
    expect(hex(fieldOf(after!.embeds, 'Commitment'))).toBe(
      hex(fieldOf(first.embeds, 'Commitment of the next pair')),
    )
    const revealed = hex(fieldOf(after!.embeds, 'The pair before'))
    expect(await sha256(revealed)).toBe(hex(fieldOf(first.embeds, 'Commitment')))
  })

  test('refuses a seed with spaces inside, and changes nothing', async () => {
    const { arcade, ada, first } = await opened()
    const { reply } = await pressed(
      arcade,
      { by: ada },
      { buttons: first.buttons, label: 'Choose my seed' },
    )
    const sent = { customId: reply.data.custom_id, inputs: { seed: 'two words' } }
    const refused = await interact(arcade, submit(arcade, { by: ada }, sent))
    expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining('A seed is') })
    expect((await use(arcade, { by: ada, name: 'fair' })).embeds).toEqual(first.embeds)
  })

  test('shows a hostile seed as the words it is', async () => {
    const { arcade, ada, first } = await opened()
    const { reply } = await pressed(
      arcade,
      { by: ada },
      { buttons: first.buttons, label: 'Choose my seed' },
    )
    const sent = {
      customId: reply.data.custom_id,
      inputs: { seed: '`@everyone[x](https://evil.example)' },
    }
    const after = await interact(arcade, submit(arcade, { by: ada }, sent))
    expect(fieldOf(after.embeds, 'Your client seed')).toBe(
      '\\`\\@everyone\\[x\\]\\(https\\:\\/\\/evil\\.example\\)',
    )
  })

  test("refuses somebody else's press, and a forged button", async () => {
    const { arcade, ada, first } = await opened()
    const grace = newPerson('grace')
    const [button] = first.buttons
    const theirs = await interact(arcade, press(arcade, { by: grace }, button!.custom_id))
    expect(theirs).toMatchObject({
      isPrivate: true,
      text: expect.stringContaining('somebody else’s'),
    })
    const forged = button!.custom_id.replace('choose', 'rotate')
    const refused = await interact(arcade, press(arcade, { by: ada }, forged))
    expect(refused).toMatchObject({
      isPrivate: true,
      text: expect.stringContaining('not supported'),
    })
    const other = await openArcade()
    const elsewhere = await interact(other, press(other, { by: ada }, button!.custom_id))
    expect(elsewhere.text).toContain('not supported')
  })
})
