import { describe, expect, test } from 'vitest'
import {
  balance,
  daily,
  manager,
  newPerson,
  type Person,
  use,
  type Used,
} from '../testing/discord.ts'
import {
  database,
  newApplication,
  newCurrency,
  openArcade,
  ownServer,
  snowflake,
} from '../testing/world.ts'

const change = (
  by: Person,
  [direction, to, amount]: ['give' | 'take', Person, number],
  more: Partial<Used> = {},
): Used => ({
  by,
  name: 'economy',
  naming: [to],
  options: [
    {
      name: direction,
      type: 1,
      options: [
        { name: 'user', type: 6, value: to.id },
        { name: 'amount', type: 10, value: amount },
        { name: 'reason', type: 3, value: 'for *winning* the cup' },
      ],
    },
  ],
  ...more,
})

async function scenery() {
  const arcade = await openArcade()
  const serverId = await ownServer(arcade)
  const boss = { ...newPerson('boss'), ...manager }
  const ada = newPerson('ada')
  const has = async (person: Person) => (await use(arcade, { ...balance(person), serverId })).text
  return { arcade, serverId, boss, ada, has }
}

describe('/economy', () => {
  test('gives and takes, once for ten copies, and tells the manager only', async () => {
    const { arcade, serverId, boss, ada, has } = await scenery()
    const copy = { ...change(boss, ['give', ada, 50], { serverId }), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { reply } of replies) expect(reply).toEqual(replies[0]?.reply)
    expect(replies[0]).toMatchObject({
      isPrivate: true,
      text: `You gave **50.00 COIN** to <@${ada.id}>.`,
    })
    expect(await has(ada)).toBe('**50.00 COIN**')
    const taken = await use(arcade, change(boss, ['take', ada, 20], { serverId }))
    expect(taken.text).toBe(`You took **20.00 COIN** from <@${ada.id}>.`)
    expect(await has(ada)).toBe('**30.00 COIN**')
  })

  test('says in the ledger who gave it, and why', async () => {
    const { arcade, serverId, boss, ada } = await scenery()
    await use(arcade, change(boss, ['give', ada, 50], { serverId }))
    const memo = `Discord ${boss.id}: for *winning* the cup`
    await expect
      .poll(
        () =>
          database('WALLET_DB')
            .prepare('SELECT count(*) AS n FROM entries WHERE project_id = ? AND memo = ?')
            .bind(arcade.projectId, memo)
            .first('n'),
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0)
  })

  test('refuses who does not manage the server, whatever Discord let them see', async () => {
    const { arcade, serverId, ada, has } = await scenery()
    for (const permissions of [0n, 0x10n, 0xffffffffn & ~0x28n]) {
      const member = { ...newPerson('member'), permissions }
      const { text, isPrivate } = await use(arcade, change(member, ['give', ada, 50], { serverId }))
      expect({ text, isPrivate }).toMatchObject({ isPrivate: true })
      expect(text).toContain('Only who may manage this server')
    }
    const admin = { ...newPerson('admin'), permissions: 0x8n }
    expect((await use(arcade, change(admin, ['give', ada, 5], { serverId }))).text).toContain(
      'gave',
    )
    expect(await has(ada)).toBe('**5.00 COIN**')
  })

  test('refuses the manager of any server that the tenant gave no economy: it would be everybody’s money', async () => {
    const { arcade, boss, ada, has } = await scenery()
    const elsewhere = change(boss, ['give', ada, 50], { serverId: snowflake() })
    expect((await use(arcade, elsewhere)).text).toContain('no economy of its own')
    const direct = change(boss, ['give', ada, 50], { isDirectMessage: true })
    expect((await use(arcade, direct)).text).toContain('Only who may manage')
    expect(await has(ada)).toBe('**0.00 COIN**')
  })

  test('refuses to take more than there is, to give to a bot, and zero', async () => {
    const { arcade, serverId, boss, ada } = await scenery()
    const say = async (...what: Parameters<typeof change>[1]) =>
      (await use(arcade, change(boss, what, { serverId }))).text
    expect(await say('take', ada, 1)).toContain('do not have that much')
    expect(await say('give', { ...newPerson('bot'), bot: true }, 1)).toContain('Bots')
    expect(await say('give', ada, 0)).toContain('above zero')
  })
})

describe('a server with an economy of its own', () => {
  test('has other wallets than the rest of the bot, and shares the signature', async () => {
    const arcade = await openArcade()
    const other = await newApplication()
    await database('AUTH_DB')
      .prepare(
        'UPDATE projects SET tenant_id = (SELECT tenant_id FROM projects WHERE id = ?) WHERE id = ?',
      )
      .bind(arcade.projectId, other.projectId)
      .run()
    await newCurrency(other, { code: 'GEM', decimals: 0 })
    const serverId = await ownServer(arcade, other.projectId)
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    expect((await use(arcade, balance(ada))).text).toBe('**1,000.00 COIN**')
    expect((await use(arcade, { ...balance(ada), serverId })).text).toBe('**0 GEM**')
  })

  test('never has the economy of another tenant', async () => {
    const [arcade, foreign] = [await openArcade(), await newApplication()]
    await newCurrency(foreign, { code: 'GEM', decimals: 0 })
    const serverId = await ownServer(arcade, foreign.projectId)
    const ada = newPerson('ada')
    expect((await use(arcade, { ...balance(ada), serverId })).text).toBe('**0.00 COIN**')
  })
})
