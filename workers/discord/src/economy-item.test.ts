import { describe, expect, test } from 'vitest'
import { deliver, type Person } from './testing/discord.ts'
import {
  command,
  interact,
  manager,
  newPerson,
  press,
  pressed,
  submit,
  use,
} from './testing/discord.ts'
import { checkLimits } from './testing/discord-limits.ts'
import { database, openArcade, ownServer, snowflake } from './testing/world.ts'

const options = (item?: string) => [
  {
    name: 'item',
    type: 1,
    options: item === undefined ? [] : [{ name: 'item', type: 3, value: item }],
  },
]

async function scenery() {
  const arcade = await openArcade()
  const serverId = await ownServer(arcade)
  const boss = { ...newPerson('boss'), ...manager }
  const from = (by: Person = boss) => ({ by, serverId })
  const ask = (item?: string, by: Person = boss) =>
    use(arcade, { ...from(by), name: 'economy', options: options(item) })
  /** Fills in a form that was opened, as Discord sends it. */
  const send = (form: { reply: Form }, inputs: Record<string, string>, id = snowflake()) =>
    interact(
      arcade,
      submit(arcade, { ...from(), id }, { customId: form.reply.data.custom_id, inputs }),
    )
  const items = async () => {
    const select = `SELECT name, price, currency, stock, limit_per_user AS most, is_active AS active, version
      FROM products WHERE project_id = ? ORDER BY id`
    return (await database('SHOP_DB').prepare(select).bind(arcade.projectId).all()).results
  }
  return { arcade, serverId, boss, from, ask, send, items }
}
type Form = { type: number; data: { custom_id: string; title: string; components: Row[] } }
type Row = { components: { custom_id: string; value?: string; required: boolean }[] }
const valuesOf = ({ reply }: { reply: Form }) =>
  Object.fromEntries(
    reply.data.components.map(({ components: [input] }) => [input!.custom_id, input!.value ?? '']),
  )
const lantern = { name: 'Brass *lantern*', price: '12.50', stock: '', limit: '2', description: '' }

describe('/economy item', () => {
  test('opens a form at once, and makes the item once for ten copies', async () => {
    const { ask, send, items } = await scenery()
    const form = await ask()
    expect(form.reply).toMatchObject({ type: 9, data: { title: 'New item' } })
    const id = snowflake()
    const made = await Promise.all(Array.from({ length: 10 }, () => send(form, lantern, id)))
    for (const { reply } of made) expect(reply).toEqual(made[0]?.reply)
    expect(made[0]?.isPrivate).toBe(true)
    expect(made[0]?.embeds[0]).toMatchObject({ title: 'Brass \\*lantern\\*' })
    const [, ...added] = await items()
    const row = { name: 'Brass *lantern*', price: 1_250, currency: 'COIN', stock: null, most: 2 }
    expect(added).toEqual([{ ...row, active: 1, version: 1 }])
  })

  test('shows an item, changes it by a form that is filled in, and keeps what was sold meanwhile', async () => {
    const { arcade, ask, send, items, from } = await scenery()
    const shown = await ask('wooden *sword*')
    expect(shown.isPrivate).toBe(true)
    expect(shown.embeds[0].fields[1]).toMatchObject({ name: 'Stock', value: '3' })
    const form = await pressed(arcade, from(), { buttons: shown.buttons, label: 'Edit' })
    expect(valuesOf(form)).toEqual({
      name: 'Wooden *Sword*',
      price: '250.00 COIN',
      stock: '3',
      limit: '',
      description: '',
    })
    await database('SHOP_DB')
      .prepare('UPDATE products SET stock = 1 WHERE project_id = ?')
      .bind(arcade.projectId)
      .run()
    const changed = await send(form, { ...valuesOf(form), price: '1,300' })
    expect(changed.reply.type).toBe(7)
    expect(await items()).toMatchObject([{ price: 130_000, stock: 1, version: 2 }])
    const again = await pressed(arcade, from(), { buttons: changed.buttons, label: 'Edit' })
    await send(again, { ...valuesOf(again), stock: '' })
    expect(await items()).toMatchObject([{ stock: null, version: 3 }])
  })

  test('refuses a form that was opened before somebody else changed the item', async () => {
    const { arcade, ask, send, items, from } = await scenery()
    const { buttons } = await ask('Wooden *Sword*')
    const [first, second] = [
      await pressed(arcade, from(), { buttons, label: 'Edit' }),
      await pressed(arcade, from(), { buttons, label: 'Edit' }),
    ]
    await send(first, { ...valuesOf(first), name: 'Blade' })
    const late = await send(second, { ...valuesOf(second), name: 'Sabre' })
    expect(late).toMatchObject({ isPrivate: true, text: expect.stringContaining('meanwhile') })
    expect(await items()).toMatchObject([{ name: 'Blade', version: 2 }])
  })

  test('retires an item, which nobody sees then, and sells it again', async () => {
    const { arcade, ask, items, from } = await scenery()
    const { buttons } = await ask('Wooden *Sword*')
    const retired = await pressed(arcade, from(), { buttons, label: 'Retire' })
    expect(await items()).toMatchObject([{ active: 0 }])
    const bought = await use(arcade, {
      by: newPerson('ada'),
      name: 'buy',
      options: [{ name: 'item', type: 3, value: 'Wooden *Sword*' }],
      serverId: from().serverId,
    })
    expect(bought.text).toContain('no such item')
    await pressed(arcade, from(), { buttons: retired.buttons, label: 'Sell again' })
    expect(await items()).toMatchObject([{ active: 1, version: 3 }])
  })

  test('refuses what cannot be read, says what is expected, and makes nothing', async () => {
    const { ask, send, items } = await scenery()
    const form = await ask()
    for (const [bad, words] of [
      [{ price: 'a lot' }, 'A price is a number'],
      [{ price: '-5' }, 'A price is a number'],
      [{ price: '0' }, 'above zero'],
      [{ price: '0.001' }, 'decimals'],
      [{ price: '5 GOLD' }, 'no such currency'],
      [{ price: '9'.repeat(16) }, 'astronomically'],
      [{ stock: '-1' }, 'whole numbers'],
      [{ stock: '1.5' }, 'whole numbers'],
      [{ limit: '0' }, 'cannot be an item'],
      [{ stock: '9999999999' }, 'cannot be an item'],
      [{ name: '   ' }, 'cannot be an item'],
      [{ name: 'x'.repeat(101) }, 'cannot be an item'],
      [{ description: 'x'.repeat(1_001) }, 'cannot be an item'],
    ] as const) {
      const { text, isPrivate } = await send(form, { ...lantern, ...bad })
      expect({ bad, text, isPrivate }).toMatchObject({ isPrivate: true })
      expect(text).toContain(words)
    }
    expect(await items()).toHaveLength(1)
    expect((await ask('no such thing')).text).toContain('no such item')
  })

  test('is for managers of a server with an economy, at every step', async () => {
    const { arcade, boss, ask, items, from, serverId } = await scenery()
    const member = newPerson('member')
    expect((await ask(undefined, member)).text).toContain('Only who may manage')
    const elsewhere = { by: boss, serverId: snowflake(), name: 'economy', options: options() }
    expect((await use(arcade, elsewhere)).text).toContain('no economy of its own')
    const { buttons } = await ask('Wooden *Sword*')
    const form = await pressed(arcade, from(), { buttons, label: 'Edit' })
    const demoted = { by: { ...boss, permissions: 0n }, serverId }
    const inputs = { ...valuesOf(form), name: 'Mine' }
    for (const interaction of [
      press(arcade, demoted, buttons[0]!.custom_id),
      press(arcade, demoted, buttons[1]!.custom_id),
      submit(arcade, demoted, { customId: form.reply.data.custom_id, inputs }),
    ]) {
      expect((await interact(arcade, interaction)).text).toContain('Only who may manage')
    }
    expect(await items()).toMatchObject([{ name: 'Wooden *Sword*', active: 1, version: 1 }])
  })

  test('suggests what is on sale and what is retired, to managers only', async () => {
    const { arcade, ask, boss, from, serverId } = await scenery()
    const { buttons } = await ask('Wooden *Sword*')
    await pressed(arcade, from(), { buttons, label: 'Retire' })
    const suggestions = async (by: Person) => {
      const typing = [
        {
          name: 'item',
          type: 1,
          options: [{ name: 'item', type: 3, value: 'sword', focused: true }],
        },
      ]
      const sent = command(arcade, { by, serverId, name: 'economy', options: typing }, 4)
      const { body } = await deliver(arcade, JSON.stringify(sent))
      checkLimits(body)
      return body.data.choices.map(({ name }: { name: string }) => name)
    }
    expect(await suggestions(boss)).toEqual(['Wooden *Sword* (retired)'])
    expect(await suggestions(newPerson('member'))).toEqual([])
  })
})
