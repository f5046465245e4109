import { describe, expect, test } from 'vitest'
import { manager, newPerson, pressed, use } from '../testing/discord.ts'
import { newApplication, newCurrency, newItem, ownServer, snowflake } from '../testing/world.ts'

const boss = { ...newPerson('boss'), ...manager }
const names = (embeds: { fields: { name: string }[] }[]) =>
  embeds[0]?.fields.map(({ name }) => name)

describe('/setup', () => {
  test('says what is missing, with the address that gives the server its economy', async () => {
    const arcade = await newApplication()
    const serverId = snowflake()
    const { embeds, isPrivate } = await use(arcade, { by: boss, name: 'setup', serverId })
    expect(isPrivate).toBe(true)
    expect(names(embeds)).toEqual([
      '⬜ An economy of its own',
      '⬜ A currency',
      '⬜ Something to buy',
    ])
    expect(embeds[0].fields[0].value).toContain(
      `PUT /v1/projects/<project id>/discord-servers/${arcade.applicationId}/${serverId}`,
    )
  })

  test('ticks each step when it is done, by its button', async () => {
    const arcade = await newApplication()
    const serverId = await ownServer(arcade)
    const first = await use(arcade, { by: boss, name: 'setup', serverId })
    expect(names(first.embeds)?.[0]).toBe('✅ An economy of its own')
    await newCurrency(arcade, { code: 'COIN', decimals: 2 })
    await newItem(arcade, { name: 'Map', currency: 'COIN', price: 5, stock: null })
    const from = { by: boss, serverId }
    const after = await pressed(arcade, from, { buttons: first.buttons, label: 'Check again' })
    expect(names(after.embeds)).toEqual([
      '✅ An economy of its own',
      '✅ A currency',
      '✅ Something to buy',
    ])
    expect(after.embeds[0].description).toBe('Everything is there.')
  })

  test('refuses who does not manage the server, the button too', async () => {
    const arcade = await newApplication()
    const serverId = await ownServer(arcade)
    const refused = await use(arcade, { by: newPerson('ada'), name: 'setup', serverId })
    expect(refused.text).toContain('Only who may manage')
    const { buttons } = await use(arcade, { by: boss, name: 'setup', serverId })
    const demoted = { by: { ...boss, permissions: 0n }, serverId }
    const again = await pressed(arcade, demoted, { buttons, label: 'Check again' })
    expect(again.text).toContain('Only who may manage')
  })
})
