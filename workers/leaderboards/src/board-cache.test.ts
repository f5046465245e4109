import { now } from '@coinop/shared/clock'
import { expect, test } from 'vitest'
import { locate } from './board-cache.ts'
import { boardObject, openSeason, referenceOf } from './seasons.ts'
import { bindings, db, makeBoard, newUser, standingOf } from './test-leaderboards.ts'

test('the first score is in the standing at once, though another isolate took it and this one had found the season empty', async () => {
  const board = await makeBoard()
  expect(await standingOf(board)).toEqual([])
  const { board: row, season: found } = (await locate(bindings, board.caller.projectId, board.id))!
  const userId = await newUser(board.caller.projectId)
  // What the other isolate does: the season is stored, and its object takes the score.
  const { season } = await openSeason(db, row, now())
  expect(season.id).toBe(found.id)
  await boardObject(bindings, season).submit(referenceOf(row, season), [{ userId, keys: [7] }])
  expect(await standingOf(board)).toEqual([[userId, 7]])
})
