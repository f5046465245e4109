/** Play sessions in the tests of routes. */
import type { Caller } from '@coinop/shared/caller'
import { call } from '@coinop/shared/testing'
import { playSessionsCreate } from './routes/play-sessions.create.ts'
import { playSessionsGet } from './routes/play-sessions.get.ts'
import type { Board } from './test-leaderboards.ts'

/** By a server unless told otherwise. */
export const startPlay = (
  board: Board,
  json: object,
  by: { caller?: Caller; headers?: Record<string, string> } = {},
) =>
  call(playSessionsCreate, {
    params: { leaderboardId: board.id },
    json,
    caller: board.caller,
    ...by,
  })

export const sessionOf = (board: Board, playSessionId: string, caller = board.caller) =>
  call(playSessionsGet, { params: { leaderboardId: board.id, playSessionId }, caller })
