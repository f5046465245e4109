/** Results of games in the tests: announced in the project's log, as the games Worker announces them. */
import { eventOf } from '@coinop/games/events'
import type { EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { asc, eq } from 'drizzle-orm'
import { bindingsOfBoards } from './game-bindings.ts'
import { gameBindingsCreate } from './routes/game-bindings.create.ts'
import { gameRefusalsList } from './routes/game-refusals.list.ts'
import { gameBindings } from './schema.ts'
import { bindings, type Board, db, makeBoard } from './test-leaderboards.ts'

export const bindGame = (board: Board, wanted: object = {}, headers: Record<string, string> = {}) =>
  call(gameBindingsCreate, {
    params: { leaderboardId: board.id },
    json: { gameId: 'dice', measure: 'plays', ...wanted },
    headers,
    caller: board.caller,
  })

/** A board that counts plays of dice, so that a result that is counted twice shows. */
export async function boundBoard(definition: object = {}, wanted: object = {}): Promise<Board> {
  const board = await makeBoard({ operator: 'increment', ...definition })
  const { status, body } = await bindGame(board, wanted)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return board
}

type Round = { gameId: string; currency: string; staked: number; payout: number; won: boolean }
export const round = (userId: string, more: Partial<Round> = {}): EventEnvelope => {
  const played = { gameId: 'dice', currency: 'COIN', staked: 10, payout: 0, won: false, ...more }
  const roundId = newId('rnd')
  const data = { roundId, userId, gameVersion: 1, bet: 10, sessionId: 'ses_1', nonce: 1, ...played }
  return eventOf('games.round.finished', { subject: roundId, at: 0, data })
}

export async function announceAll({ caller }: Board, events: EventEnvelope[]): Promise<void> {
  for (let from = 0; from < events.length; from += 100) {
    await bindings.EVENTS_APPENDS.append(caller.projectId, events.slice(from, from + 100))
  }
}

/** What is bound to the board, as the sweep finds it. */
export const boundTo = ({ id }: Board) => bindingsOfBoards(db, [id])

export const storedBindings = ({ id }: Board) =>
  db.select().from(gameBindings).where(eq(gameBindings.boardId, id)).orderBy(asc(gameBindings.id))

export async function refusalsOf(board: Board): Promise<{ reason: string; eventId: string }[]> {
  const params = { leaderboardId: board.id }
  const query = { limit: '100' }
  return (await call(gameRefusalsList, { params, query, caller: board.caller })).body.data
}
