import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import { balance, buy, command, deliver, newPerson, suggest, use } from './testing/discord.ts'
import { database, newApplication, newCurrency } from './testing/world.ts'

const ada = newPerson('ada')
let logs: MockInstance[]
beforeEach(() => {
  logs = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')]
})
afterEach(() => vi.restoreAllMocks())
const logged = () => logs.flatMap(({ mock }) => mock.calls.flat()).join('\n')

/** A dependency that breaks for good: its table is gone. */
const drop = (binding: string, table: string) =>
  database(binding).prepare(`DROP TABLE ${table}`).run()

describe('answer', () => {
  test('never logs the token of an interaction, its signature or its body', async () => {
    const arcade = await newApplication()
    await newCurrency(arcade, { code: 'COIN', decimals: 0 })
    await deliver(arcade, JSON.stringify(command(arcade, balance(ada))))
    await deliver(arcade, `${JSON.stringify(command(arcade, balance(ada)))} not JSON`)
    expect(logged()).toContain('interactions.receive')
    expect(logged()).not.toContain('a-secret-interaction-token')
    expect(logged()).not.toContain(ada.id)
  })
})

describe('answer, when a part of the system is broken', () => {
  test('200 and a private message with the request id, which the log has too, and nothing of the cause', async () => {
    const arcade = await newApplication()
    await drop('WALLET_DB', 'currencies')
    const { text, isPrivate } = await use(arcade, balance(ada))
    expect(isPrivate).toBe(true)
    const requestId = /report this number: `([0-9a-f-]{36})`/.exec(text)?.[1]
    expect(text).not.toMatch(/sqlite|d1_|currencies/i)
    const line = logs[1]?.mock.calls
      .flat()
      .find((each) => String(each).includes('commands.balance'))
    expect(JSON.parse(String(line))).toMatchObject({ level: 'error', worker: 'discord', requestId })
  })

  test('200 and no suggestions, when the shop cannot list its items', async () => {
    const arcade = await newApplication()
    await drop('SHOP_DB', 'products')
    expect(await suggest(arcade, ada, 'sword')).toEqual([])
    expect((await use(arcade, buy(ada, 'sword'))).text).toContain('Something went wrong')
  })

  test('401 invalid_signature, when applications cannot be looked up', async () => {
    const arcade = await newApplication()
    await drop('AUTH_DB', 'discord_applications')
    const { status, body } = await deliver(arcade, JSON.stringify(command(arcade, balance(ada))))
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'invalid_signature' })
    expect(JSON.stringify(body)).not.toMatch(/sqlite|d1_/i)
  })
})
