import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asOwner, ask, demo, newPlayer, type Player } from './door.ts'

/** A board of the demo project that a game is bound to. */
async function boundBoard(binding: object): Promise<string> {
  const slug = `bound-${randomUUID()}`
  const board = { slug, name: 'Bound', operator: 'increment' }
  expect((await asOwner('POST', '/v1/leaderboards', { json: board })).status).toBe(201)
  const path = `/v1/leaderboards/${slug}/game-bindings`
  expect((await asOwner('POST', path, { json: binding })).status).toBe(201)
  return slug
}

const patienceMilliseconds = 20_000
async function rankOf({ id, token }: Player, slug: string) {
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    const answer = await ask('GET', `/v1/leaderboards/${slug}/rank/${id}`, { token })
    if (answer.status === 200 || performance.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe('a game that is bound to a board', () => {
  let player: Player
  beforeAll(async () => {
    player = await newPlayer(1_000)
  })

  test('a round that was played is on the board with its rank, before the minute is over', async () => {
    const slug = await boundBoard({ gameId: 'dice', measure: 'staked', currency: demo.currency })
    const json = { bet: 7, currency: demo.currency, target: 50, direction: 'over' }
    for (let times = 0; times < 3; times++) {
      const played = await ask('POST', '/v1/games/dice/play', { token: player.token, json })
      expect([played.status, played.body]).toMatchObject([201, {}])
    }
    const { status, body } = await rankOf(player, slug)
    expect([status, body.rank]).toEqual([200, 1])
    const deadline = performance.now() + patienceMilliseconds
    let { score } = body
    while (score < 21 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      score = (await rankOf(player, slug)).body.score
    }
    expect(score).toBe(21)
  })

  test('so is the score of a skill session', async () => {
    const slug = await boundBoard({ gameId: 'tower-climb', measure: 'skill_score' })
    const { token } = player
    const session = { token, json: { game: 'tower-climb' } }
    const { body: made } = await ask('POST', '/v1/skill-sessions', session)
    const submitted = { token, json: { score: 700 } }
    const path = `/v1/skill-sessions/${made.id}/submit`
    expect((await ask('POST', path, submitted)).status).toBe(200)
    expect((await rankOf(player, slug)).body).toMatchObject({ rank: 1, score: 700 })
  })
})
