/** Fraud rules and reviews in the tests of routes. */
import { call } from '@coinop/shared/testing'
import { fraudRulesCreate } from './routes/fraud-rules.create.ts'
import { reviewsList } from './routes/reviews.list.ts'
import { type Board, makeBoard, submit, withScores } from './test-leaderboards.ts'

export const newRule = {
  name: 'Too good',
  condition: { kind: 'score_outside', min: 0, max: 100 },
  action: 'quarantine',
  shadow: false,
}

export const addRule = (board: Board, rule: object = {}, headers: Record<string, string> = {}) =>
  call(fraudRulesCreate, {
    params: { leaderboardId: board.id },
    json: { ...newRule, ...rule },
    headers,
    caller: board.caller,
  })

export async function reviewsOf(board: Board, query: Record<string, string> = {}) {
  const params = { leaderboardId: board.id }
  return (await call(reviewsList, { params, query, caller: board.caller })).body
}

/** A board on which `cheat` has a score that a rule has hit, and `honest` one that none has. */
export async function reviewedBoard(rule: object = {}) {
  const board = await makeBoard({ public: true, authoritative: false })
  await addRule(board, rule)
  const [honest, cheat] = await withScores(board, [50, 60])
  const answer = await submit(board, { userId: cheat!, score: 1_000 })
  const { data } = await reviewsOf(board)
  return { board, honest: honest!, cheat: cheat!, answer, review: data[0] as { id: string } }
}
