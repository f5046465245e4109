import { describe, expect, test } from 'vitest'
import { balance, daily, newPerson, pay, use } from '../testing/discord.ts'
import { database, newCurrency, openArcade, snowflake } from '../testing/world.ts'

async function richAda() {
  const arcade = await openArcade()
  const [ada, grace] = [newPerson('ada'), newPerson('grace')]
  await use(arcade, daily(ada))
  const has = async (person: typeof ada) => (await use(arcade, balance(person))).text
  return { arcade, ada, grace, has }
}

describe('/pay', () => {
  test('moves the amount and tells everybody, also to somebody who never used a command', async () => {
    const { arcade, ada, grace, has } = await richAda()
    const { text, isPrivate } = await use(arcade, pay(ada, grace, 12.5))
    expect(text).toBe(`<@${ada.id}> sent **12.50 COIN** to <@${grace.id}>.`)
    expect(isPrivate).toBe(false)
    expect([await has(ada), await has(grace)]).toEqual(['**987.50 COIN**', '**12.50 COIN**'])
  })

  test('moves it once and replies equally, for ten copies of one interaction at once', async () => {
    const { arcade, ada, grace, has } = await richAda()
    const copy = { ...pay(ada, grace, 100), id: snowflake() }
    const replies = await Promise.all(Array.from({ length: 10 }, () => use(arcade, copy)))
    for (const { reply } of replies) expect(reply).toEqual(replies[0]?.reply)
    expect(replies[0]?.text).toContain('sent **100.00 COIN**')
    expect([await has(ada), await has(grace)]).toEqual(['**900.00 COIN**', '**100.00 COIN**'])
  })

  test('makes one player of a recipient, when ten people pay them at once', async () => {
    const { arcade, grace, has } = await richAda()
    const payers = Array.from({ length: 10 }, (_, index) => newPerson(`payer ${index}`))
    await Promise.all(payers.map((payer) => use(arcade, daily(payer))))
    await Promise.all(payers.map((payer) => use(arcade, pay(payer, grace, 1))))
    expect(await has(grace)).toBe('**10.00 COIN**')
  })

  test('refuses privately, when there is not enough: nothing moves', async () => {
    const { arcade, ada, grace, has } = await richAda()
    const refused = await use(arcade, pay(ada, grace, 1_000.01))
    expect(refused).toMatchObject({
      text: expect.stringContaining('do not have enough'),
      isPrivate: true,
    })
    expect([await has(ada), await has(grace)]).toEqual(['**1,000.00 COIN**', '**0.00 COIN**'])
  })

  test.each([
    ['zero', 0, 'above zero'],
    ['a negative amount', -5, 'above zero'],
    ['more than can be', 1e300, 'above zero'],
    ['a third decimal', 0.005, 'decimals'],
    ['a text', '5', 'has changed'],
  ])('refuses %s', async (_, amount, sentence) => {
    const { arcade, ada, grace, has } = await richAda()
    expect((await use(arcade, pay(ada, grace, amount))).text).toContain(sentence)
    expect(await has(ada)).toBe('**1,000.00 COIN**')
  })

  test('refuses a bot, oneself, and somebody whom Discord did not resolve', async () => {
    const { arcade, ada, grace } = await richAda()
    const bot = { ...newPerson('bot'), bot: true }
    expect((await use(arcade, pay(ada, bot, 1))).text).toContain('Bots have no wallet')
    expect((await use(arcade, pay(ada, ada, 1))).text).toContain('cannot pay yourself')
    const unresolved = { ...pay(ada, grace, 1), naming: [] }
    expect((await use(arcade, unresolved)).text).toContain('who that is')
  })

  test('takes the named currency in any case, and refuses one that does not exist or cannot be sent', async () => {
    const { arcade, ada, grace } = await richAda()
    const gem = { code: 'GEM', decimals: 0, transferable: false }
    await newCurrency(arcade, gem)
    expect((await use(arcade, pay(ada, grace, 1, 'coin'))).text).toContain('sent **1.00 COIN**')
    expect((await use(arcade, pay(ada, grace, 1, 'doge'))).text).toContain('no such currency')
    expect((await use(arcade, pay(ada, grace, 1, 'GEM'))).text).toContain('cannot be sent')
  })

  test('names a player after their nickname, without what cannot be seen, at most 64 characters', async () => {
    const { arcade, ada, grace } = await richAda()
    const nick = `\u202eGr\u200bace ${'x'.repeat(100)}`
    await use(arcade, pay(ada, { ...grace, nick }, 1))
    const row = await database('AUTH_DB')
      .prepare(
        'SELECT display_name AS name FROM users WHERE project_id = ? AND display_name LIKE ?',
      )
      .bind(arcade.projectId, 'Grace%')
      .first<{ name: string }>()
    expect(row?.name).toBe(`Grace ${'x'.repeat(57)}…`)
  })

  test('never puts the name of anybody into the reply: Discord shows its own', async () => {
    const { arcade, ada, grace } = await richAda()
    const nick = '@everyone [free](https://evil.example)'
    const { text } = await use(arcade, pay(ada, { ...grace, nick }, 1))
    expect(text).toBe(`<@${ada.id}> sent **1.00 COIN** to <@${grace.id}>.`)
  })
})
