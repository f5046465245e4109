import { describe, expect, test } from 'vitest'
import { coinflip, command, daily, newPerson, use, useForPicture } from '../testing/discord.ts'
import { pngSize } from '../testing/png-size.ts'
import { openArcade } from '../testing/world.ts'

describe('/profile', () => {
  test('answers with a card as a PNG, which says in words what it shows', async () => {
    const arcade = await openArcade()
    const ada = newPerson('ada')
    await use(arcade, daily(ada))
    await use(arcade, coinflip(ada, 'heads', 1))
    const { reply, name, png } = await useForPicture(
      arcade,
      command(arcade, { by: ada, name: 'profile' }),
    )
    expect(name).toBe('profile.png')
    expect(await pngSize(png)).toEqual({ width: 900, height: 300 })
    expect(reply).toMatchObject({
      type: 4,
      data: {
        embeds: [{ description: `<@${ada.id}>`, image: { url: 'attachment://profile.png' } }],
        attachments: [
          { id: 0, filename: 'profile.png', description: expect.stringContaining('ada: 1 rounds') },
        ],
      },
    })
  })

  test('shows somebody else, also one whose name is hostile, as nothing but words', async () => {
    const arcade = await openArcade()
    const grace = { ...newPerson('grace'), nick: '\u202e@everyone **x** 🗡\u0000王' }
    const options = [{ name: 'user', type: 6, value: grace.id }]
    const asked = { by: newPerson('ada'), name: 'profile', options, naming: [grace] }
    const { reply, png } = await useForPicture(arcade, command(arcade, asked))
    expect((await pngSize(png)).width).toBe(900)
    expect(JSON.stringify(reply)).not.toContain('\u202e')
  })

  test('refuses a bot, and somebody whom Discord did not resolve', async () => {
    const arcade = await openArcade()
    const bot = { ...newPerson('bot'), bot: true }
    const options = [{ name: 'user', type: 6, value: bot.id }]
    const asked = { by: newPerson('ada'), name: 'profile', options }
    expect((await use(arcade, { ...asked, naming: [bot] })).text).toContain('Bots')
    expect((await use(arcade, asked)).text).toContain('who that is')
  })
})
