import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  around,
  deliver,
  firstButton,
  killed,
  late,
  neverAsked,
  neverHeard,
  noted,
  nothing,
  objectsBut,
  scenery,
  told,
  wake,
} from './testing/deferring.ts'
import {
  balance,
  blackjack,
  buy,
  coinflip,
  command,
  manager,
  newPerson,
  pay,
  press,
  submit,
  use,
} from './testing/discord.ts'
import { checkMessage } from './testing/discord-limits.ts'
import { heardAbout, newToken } from './testing/heard.ts'
import { type Application, ownServer, snowflake } from './testing/world.ts'

afterEach(() => vi.restoreAllMocks())

/** A round that goes on, and the button that ends it. */
async function openTable() {
  for (;;) {
    const { arcade, ada } = await scenery()
    const { buttons } = await use(arcade, blackjack(ada, 100))
    const stand = buttons.find(({ label }) => label === 'Stand')
    if (stand) return { arcade, ada, stand: stand.custom_id }
  }
}

/** Ada is asked whether she means it. */
async function question() {
  const { arcade, ada, has } = await scenery()
  const grace = newPerson('grace')
  const asks = { PAY_WITHOUT_ASKING_UNITS: '10' }
  const { reply } = await deliver(arcade, command(arcade, pay(ada, grace, 100)), asks)
  const { custom_id: id } = firstButton(reply)
  const sent = { ...press(arcade, { by: ada }, id), token: newToken() }
  return { arcade, ada, grace, has, sent }
}

/** Discord's own state of the message changes, by somebody else's hand. */
const pressedSince = ({ applicationId }: Application, { token }: { token: string }) =>
  fetch(`${env.DISCORD_API_URL}/webhooks/${applicationId}/${token}/messages/@original`, {
    method: 'PATCH',
    body: JSON.stringify({ content: 'Nothing was sent.' }),
  })

describe('an isolate that ends between the stand-in and the answer', () => {
  test.each([
    ['before it has asked', neverAsked],
    ['before it has heard', neverHeard],
  ])(
    '%s: pay, play and buy are done once, and told',
    async (_, lost) => {
      const { arcade, ada, has } = await scenery()
      const grace = newPerson('grace')
      const lostAll = {
        WALLET_TRANSFERS: lost(env.WALLET_TRANSFERS),
        GAMES_PLAYS: lost(env.GAMES_PLAYS),
        SHOP_PURCHASES: lost(env.SHOP_PURCHASES),
      }
      const uses = [
        [pay(ada, grace, 100), ['**900.00 COIN**']],
        [buy(ada, 'wooden *sword*'), ['**650.00 COIN**']],
        [coinflip(ada, 'heads', 50), ['**600.00 COIN**', '**700.00 COIN**']],
      ] as const
      for (const [used, left] of uses) {
        const sent = { ...command(arcade, used), token: newToken() }
        await killed(arcade, sent, lostAll)
        expect(await wake(arcade, sent)).toBe(true)
        expect(left).toContain(await has())
        const [edit, ...more] = await told(sent.token)
        expect(more).toEqual([])
        expect(edit).toMatchObject({
          method: 'PATCH',
          path: `/webhooks/${arcade.applicationId}/${sent.token}/messages/@original`,
          userAgent: 'DiscordBot (https://coinop.example, 0.1.0)',
        })
        checkMessage(edit!.body, true)
        // The very same outcome that a retry of the interaction shows.
        const { reply } = await deliver(arcade, sent)
        expect(reply).toMatchObject({ data: { content: edit!.body.content } })
        expect(left).toContain(await has())
        expect(await noted(arcade, sent)).toEqual(nothing)
        expect(await wake(arcade, sent)).toBe(false)
      }
    },
    60_000,
  )

  test('a step of blackjack is taken once, and its table is shown', async () => {
    const { arcade, ada, stand } = await openTable()
    const sent = { ...press(arcade, { by: ada }, stand), token: newToken() }
    await killed(arcade, sent, { GAMES_PLAYS: neverHeard(env.GAMES_PLAYS) })
    await wake(arcade, sent)
    const [edit, ...more] = await told(sent.token)
    expect(more).toEqual([])
    expect(edit!.body.embeds[0].title).toBe('Blackjack')
    expect(edit!.body.components).toEqual([])
  }, 40_000)

  test('a confirmed payment is sent once, and everybody hears of it once', async () => {
    const { arcade, grace, ada, has, sent } = await question()
    await killed(arcade, sent, { WALLET_TRANSFERS: neverHeard(env.WALLET_TRANSFERS) })
    await wake(arcade, sent)
    expect(await wake(arcade, sent)).toBe(false)
    const line = `<@${ada.id}> sent **100.00 COIN** to <@${grace.id}>.`
    const heard = await told(sent.token)
    expect(heard.map(({ method, body }) => [method, body.content])).toEqual([
      ['PATCH', line],
      ['POST', line],
    ])
    expect(await has()).toBe('**900.00 COIN**')
  }, 40_000)

  test('whoever then chose to keep their money keeps it: a message that has changed since is left alone', async () => {
    const { arcade, has, sent } = await question()
    await killed(arcade, sent, { WALLET_TRANSFERS: neverAsked(env.WALLET_TRANSFERS) })
    await pressedSince(arcade, sent)
    await wake(arcade, sent)
    expect(await told(sent.token)).toHaveLength(1)
    expect(await has()).toBe('**1,000.00 COIN**')
    expect(await noted(arcade, sent)).toEqual(nothing)
  }, 40_000)

  test('a form that was sent makes one thing', async () => {
    const { arcade } = await scenery()
    const serverId = await ownServer(arcade)
    const boss = { ...newPerson('boss'), ...manager }
    const from = { by: boss, serverId }
    const opened = await deliver(
      arcade,
      command(arcade, { ...from, name: 'economy', options: [{ name: 'item', type: 1 }] }),
      {},
      serverId,
    )
    const { custom_id: customId } = (opened.reply as { data: { custom_id: string } }).data
    const inputs = { name: 'Shield', price: '20', stock: '', limit: '', description: '' }
    const sent = { ...submit(arcade, from, { customId, inputs }), token: newToken() }
    const lost = { SHOP_CATALOGUE: neverHeard(env.SHOP_CATALOGUE) }
    const { reply, die } = await deliver(arcade, sent, lost, serverId)
    die()
    expect(reply).toEqual({ type: 5, data: { flags: 64 } })
    await wake(arcade, sent)
    const [edit, ...more] = await told(sent.token)
    expect(more).toEqual([])
    expect(edit!.body.embeds[0].title).toBe('Shield')
    const shop = await use(arcade, { by: boss, name: 'shop' })
    expect(JSON.stringify(shop.reply).split('Shield')).toHaveLength(2)
  }, 40_000)

  test('ten copies of it have one effect and one edit', async () => {
    const { arcade, ada, token, has } = await scenery()
    const sent = { ...command(arcade, coinflip(ada, 'heads', 100)), token }
    const lost = { GAMES_PLAYS: neverHeard(env.GAMES_PLAYS) }
    const copies = await Promise.all(Array.from({ length: 10 }, () => deliver(arcade, sent, lost)))
    for (const { die } of copies) die()
    await wake(arcade, sent)
    expect(await told(token)).toHaveLength(1)
    expect(['**900.00 COIN**', '**1,100.00 COIN**']).toContain(await has())
  }, 40_000)

  test('what was told, and only the note is left, is not told again', async () => {
    const { arcade, ada, token } = await scenery()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const sent = { ...command(arcade, balance(ada)), token }
    const { finish } = await deliver(arcade, sent, {
      WALLET_TRANSFERS: late(env.WALLET_TRANSFERS, 1_000),
      DEFERRALS: objectsBut((stub) =>
        around(stub, (method, name) => (name === 'begin' ? method : () => Promise.reject('gone'))),
      ),
    })
    await finish()
    expect((await noted(arcade, sent)).texts).toHaveLength(1)
    await wake(arcade, sent)
    expect((await heardAbout(token)).map(({ method }) => method)).toEqual(['PATCH', 'GET'])
    expect(await noted(arcade, sent)).toEqual(nothing)
  }, 40_000)
})

test('notes of two applications with the same interaction id are two', async () => {
  const [here, there] = [await scenery(), await scenery()]
  const id = snowflake()
  const lost = { GAMES_PLAYS: neverAsked(env.GAMES_PLAYS) }
  for (const { arcade, ada, token } of [here, there]) {
    const sent = { ...command(arcade, { ...coinflip(ada, 'heads', 100), id }), token }
    await killed(arcade, sent, lost)
  }
  await wake(here.arcade, { id })
  expect(await told(here.token)).toHaveLength(1)
  expect(await told(there.token)).toEqual([])
}, 40_000)
