import { env } from 'cloudflare:workers'
import { callerHeader } from '@coinop/shared/caller'
import { allPowerfulKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { balance, command, newPerson, press, use, useForPicture } from '../testing/discord.ts'
import { pngSize } from '../testing/png-size.ts'
import { type Application, database, openArcade } from '../testing/world.ts'

/** Through the Worker's front door, as the gateway asks it. */
async function ask(arcade: Application, path: string, json: object) {
  const door = (env as unknown as Record<string, Fetcher>)['GATEWAY_TO_LEADERBOARDS']!
  const caller = { ...allPowerfulKey(), projectId: arcade.projectId }
  const response = await door.fetch(`http://leaderboards${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [callerHeader]: JSON.stringify(caller) },
    body: JSON.stringify(json),
  })
  const body = await response.json<{ id: string }>()
  if (!response.ok) throw new Error(JSON.stringify(body))
  return body
}

async function boardWith(scores: number[]) {
  const arcade = await openArcade()
  const { id } = await ask(arcade, '/v1/leaderboards', { slug: 'weekly', name: 'Weekly *best*' })
  const people = scores.map((_, index) => newPerson(`player ${index}`))
  for (const [index, person] of people.entries()) {
    await use(arcade, balance(person))
    const userId = await database('AUTH_DB')
      .prepare('SELECT user_id AS id FROM identities WHERE project_id = ? AND provider_user_id = ?')
      .bind(arcade.projectId, person.id)
      .first<string>('id')
    await ask(arcade, '/v1/scores/update', { leaderboardId: id, userId, score: scores[index] })
  }
  return { arcade, id, people }
}
const spoken = (reply: object) =>
  (reply as { data: { attachments: { description: string }[] } }).data.attachments[0]?.description

describe('/leaderboard', () => {
  test('is a picture that says in words what it shows, and turns its pages', async () => {
    const { arcade, people } = await boardWith(
      Array.from({ length: 12 }, (_, i) => 1_200 - i * 100),
    )
    const by = people[11]!
    const first = await useForPicture(arcade, command(arcade, { by, name: 'leaderboard' }))
    expect(await pngSize(first.png)).toEqual({ width: 800, height: 732 })
    expect(spoken(first.reply)).toContain('1. player 0: 1,200; 2. player 1: 1,100')
    expect(first.reply).toMatchObject({
      type: 4,
      data: {
        embeds: [{ title: 'Weekly \\*best\\*', description: 'You are **#12** with **100**.' }],
      },
    })
    const data = (
      first.reply as { data: { components: { components: { custom_id: string }[] }[] } }
    ).data
    const next = data.components[0]!.components[1]!.custom_id
    const second = await useForPicture(arcade, press(arcade, { by }, next))
    expect(second.reply.type).toBe(7)
    expect(spoken(second.reply)).toBe('11. player 10: 200; 12. player 11: 100')
  }, 60_000)

  test('refuses a board that is not there, of another project, and when there is none', async () => {
    const [{ id }, other] = [await boardWith([1]), await openArcade()]
    const by = newPerson('ada')
    const options = [{ name: 'board', type: 3, value: id }]
    for (const asked of [
      { by, name: 'leaderboard', options },
      { by, name: 'leaderboard' },
      { by, name: 'rank' },
    ]) {
      expect((await use(other, asked)).text).toContain('no such board')
    }
  })
})

describe('/rank', () => {
  test('is a card with the place of the player, or of whom they name', async () => {
    const { arcade, people } = await boardWith([300, 200, 100])
    const own = await useForPicture(arcade, command(arcade, { by: people[2]!, name: 'rank' }))
    expect(await pngSize(own.png)).toEqual({ width: 900, height: 300 })
    expect(spoken(own.reply)).toBe('player 2: rank 3 of 3 with 100')
    const options = [{ name: 'user', type: 6, value: people[0]!.id }]
    const asked = { by: people[2]!, name: 'rank', options, naming: [people[0]!] }
    const theirs = await useForPicture(arcade, command(arcade, asked))
    expect(spoken(theirs.reply)).toBe('player 0: rank 1 of 3 with 300')
    const stranger = await use(arcade, { by: newPerson('eve'), name: 'rank' })
    expect(stranger).toMatchObject({ isPrivate: true, text: expect.stringContaining('no score') })
  })
})
