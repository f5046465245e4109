/** Rounds of blackjack that go as a test wants them: it searches a server seed that deals such cards. */
import { call, player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { commitmentTo, drawsOf } from './fairness.ts'
import { blackjack } from './games/blackjack.ts'
import { roundsAct } from './routes/rounds.act.ts'
import { gamesPlay } from './routes/games.play.ts'
import { sessions } from './schema.ts'
import { openSession } from './sessions.ts'
import { bindings, uniqueKey } from './test-games.ts'

type Headers = Record<string, string>

/** Plays blackjack for 10 as the player. */
export const deal = (userId: string, headers: Headers = uniqueKey()) =>
  call(gamesPlay, {
    params: { gameId: 'blackjack' },
    caller: player(userId),
    headers,
    json: { bet: 10, currency: 'COIN' },
  })

/** The same with cards for which the round waits at each of these actions, and ends with this result after the last. */
export async function dealt(userId: string, taken: string[], result: string, headers?: Headers) {
  const db = drizzle(bindings.GAMES_DB)
  const pair = await openSession(db, { projectId: testProject, userId })
  const { clientSeed, nonce } = pair
  const source = { clientSeed, nonce: nonce + 1, game: 'blackjack', version: blackjack.version }
  for (let attempt = 0; ; attempt++) {
    const serverSeed = `${attempt}`.padStart(64, '0')
    const draws = drawsOf({ ...source, serverSeed }, blackjack.bounds)
    const waits = taken.every((_, step) => blackjack.steps?.waiting(draws, taken.slice(0, step)))
    if (!waits || blackjack.steps?.waiting(draws, taken)) continue
    if (blackjack.play(draws, {}, taken).outcome['result'] !== result) continue
    const changed = { serverSeed, commitment: commitmentTo(serverSeed) }
    await db.update(sessions).set(changed).where(eq(sessions.id, pair.id))
    return deal(userId, headers)
  }
}

export const roundAct = (
  userId: string,
  roundId: string,
  json: object,
  headers: Headers = uniqueKey(),
) => call(roundsAct, { params: { roundId }, caller: player(userId), headers, json })

export const hit = (userId: string, roundId: string, step: number) =>
  roundAct(userId, roundId, { action: 'hit', step })
