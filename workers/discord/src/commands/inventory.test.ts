import { describe, expect, test } from 'vitest'
import { balance, buy, daily, newPerson, pressed, use, type Used } from '../testing/discord.ts'
import { heardAbout } from '../testing/heard.ts'
import {
  botToken,
  database,
  giveBotToken,
  insert,
  newItem,
  openArcade,
  snowflake,
} from '../testing/world.ts'

type Person = Used['by']
const useItem = (by: Person, item: string): Used => ({
  by,
  name: 'use',
  options: [{ name: 'item', type: 3, value: item }],
})
const gift = (by: Person, to: Person, item: string): Used => ({
  by,
  name: 'gift',
  naming: [to],
  options: [
    { name: 'user', type: 6, value: to.id },
    { name: 'item', type: 3, value: item },
  ],
})

async function richAda() {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const owns = async (by: Person) =>
    (await use(arcade, { by, name: 'inventory' })).embeds[0].description as string
  return { arcade, ada, owns }
}
const coins = { currency: 'COIN', price: 100, stock: null }

describe('/inventory, /use and /gift', () => {
  test('show what was bought, privately, page by page', async () => {
    const { arcade, ada, owns } = await richAda()
    expect(await owns(ada)).toContain('Nothing here')
    for (let count = 0; count < 17; count++) {
      await newItem(arcade, { ...coins, name: `Gem *${count}*` })
      await use(arcade, buy(ada, `Gem *${count}*`))
    }
    const first = await use(arcade, { by: ada, name: 'inventory' })
    expect(first.isPrivate).toBe(true)
    expect(first.embeds[0].description.split('\n')).toHaveLength(15)
    expect(first.embeds[0].description).toContain('**1 × Gem \\*0\\***')
    const next = await pressed(arcade, { by: ada }, { buttons: first.buttons, label: 'Next ▶' })
    expect(next.embeds[0].description.split('\n')).toHaveLength(2)
  }, 60_000)

  test('say how many pieces a trade holds just now', async () => {
    const { arcade, ada, owns } = await richAda()
    await newItem(arcade, { ...coins, name: 'Chest' })
    await use(arcade, buy(ada, 'Chest', 3))
    expect(await owns(ada)).toBe('**3 × Chest**')
    await database('SHOP_DB')
      .prepare('UPDATE inventory SET quantity = 1, held = 2 WHERE project_id = ?')
      .bind(arcade.projectId)
      .run()
    expect(await owns(ada)).toBe('**3 × Chest** (2 held for a trade)')
  })

  test('use a thing up once for ten copies, and pay what it brings', async () => {
    const { arcade, ada, owns } = await richAda()
    const onUse = [{ kind: 'currency', currency: 'COIN', amount: 5_000 }]
    await newItem(arcade, { ...coins, name: 'Chest', onUse })
    await use(arcade, buy(ada, 'Chest', 2))
    const copy = { ...useItem(ada, 'chest'), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { text } of replies) expect(text).toBe(replies[0]?.text)
    expect(replies[0]?.text).toContain('used **1 × Chest**')
    expect(replies[0]?.text).toContain('It brought **50.00 COIN**')
    expect(await owns(ada)).toContain('1 × Chest')
    expect((await use(arcade, balance(ada))).text).toBe('**1,048.00 COIN**')
  })

  test('hand a thing over to somebody who never used a command, once', async () => {
    const { arcade, ada, owns } = await richAda()
    const grace = newPerson('grace')
    await use(arcade, buy(ada, 'Wooden *Sword*'))
    const copy = { ...gift(ada, grace, 'wooden *sword*'), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 5 }, () => use(arcade, copy)))
    for (const { text } of replies) {
      expect(text).toBe(`<@${ada.id}> gave **1 × Wooden \\*Sword\\*** to <@${grace.id}>.`)
    }
    expect(await owns(grace)).toContain('1 × Wooden')
    expect(await owns(ada)).toContain('Nothing here')
  })

  test('refuse what is not owned, not usable, for oneself or for a bot', async () => {
    const { arcade, ada } = await richAda()
    const say = async (used: Used) => (await use(arcade, used)).text
    expect(await say(useItem(ada, 'unicorn'))).toContain('own nothing of that name')
    await use(arcade, buy(ada, 'Wooden *Sword*'))
    expect(await say(useItem(ada, 'Wooden *Sword*'))).toContain('cannot be used')
    expect(await say(gift(ada, ada, 'Wooden *Sword*'))).toContain('yours already')
    const bot = { ...newPerson('bot'), bot: true }
    expect(await say(gift(ada, bot, 'Wooden *Sword*'))).toContain('Bots')
    expect(await say(gift(newPerson('poor'), ada, 'Wooden *Sword*'))).toContain('do not own')
  })
})

describe('a role that an item brings', () => {
  const roleItem = (roleId: string) => ({
    ...coins,
    name: 'Knighthood',
    onPurchase: [{ kind: 'role', roleId }],
  })

  test('is given at Discord with the bot’s token, and is done in the shop', async () => {
    const { arcade, ada } = await richAda()
    await giveBotToken(arcade)
    const roleId = `${snowflake().slice(0, -3)}777`
    await newItem(arcade, roleItem(roleId))
    const copy = { ...buy(ada, 'Knighthood'), id: snowflake() }
    expect((await use(arcade, copy)).text).toContain(`It brought the role <@&${roleId}>.`)
    expect((await use(arcade, copy)).text).toContain(`It brought the role <@&${roleId}>.`)
    const heard = await heardAbout(roleId)
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatchObject({
      method: 'PUT',
      path: `/guilds/1300000000000000009/members/${ada.id}/roles/${roleId}`,
      authorization: `Bot ${botToken}`,
    })
  })

  test('says so when the bot may not give it, and asks Discord no more', async () => {
    const { arcade, ada } = await richAda()
    await giveBotToken(arcade)
    const roleId = `${snowflake().slice(0, -3)}403`
    await newItem(arcade, roleItem(roleId))
    const copy = { ...buy(ada, 'Knighthood'), id: snowflake() }
    expect((await use(arcade, copy)).text).toContain('could not be given here')
    expect((await use(arcade, copy)).text).toContain('could not be given here')
    expect(await heardAbout(roleId)).toHaveLength(1)
  })

  test('opens what only its holders may buy', async () => {
    const { arcade, ada } = await richAda()
    const roleId = snowflake()
    const requirements = { all: [{ kind: 'role', roleId }] }
    await newItem(arcade, { ...coins, name: 'Crest', requirements })
    expect((await use(arcade, buy(ada, 'Crest'))).text).toContain('not for everyone')
    const knight = { ...ada, roles: [roleId] }
    expect((await use(arcade, buy(knight, 'Crest'))).text).toContain('bought **1 × Crest**')
  })
})

describe('/work', () => {
  test('pays once for ten copies, and not again before its time', async () => {
    const { arcade } = await richAda()
    await insert('GAMES_DB', 'work_rewards', {
      project_id: arcade.projectId,
      currency: 'COIN',
      amount_min: 500,
      amount_max: 500,
      cool_down_seconds: 3_600,
      updated_at: 1,
    })
    const grace = newPerson('grace')
    const copy = { by: grace, name: 'work', id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { text } of replies) expect(text).toContain('earned **5.00 COIN**')
    expect((await use(arcade, { by: grace, name: 'work' })).isPrivate).toBe(true)
    expect((await use(arcade, balance(grace))).text).toBe('**5.00 COIN**')
  })
})
