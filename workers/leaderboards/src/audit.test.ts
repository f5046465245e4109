import { sendNotes } from '@coinop/shared/audit'
import { call } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { leaderboardsDelete } from './routes/leaderboards.delete.ts'
import { leaderboardsUpdate } from './routes/leaderboards.update.ts'
import { bindings, db, makeBoard, uniqueKey } from './test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf } from './test-seasons.ts'

test('the audit log hears of every change of a board and of seasons closed by hand, once each', async () => {
  const board = await makeBoard()
  const { caller, id, slug } = board
  const params = { leaderboardId: id }
  const headers = uniqueKey()
  for (let count = 0; count < 2; count++) {
    await call(leaderboardsUpdate, { params, json: { name: 'Other' }, headers, caller })
  }
  const season = await currentSeasonOf(board)
  await Promise.all([closeSeasonOf(board, season), closeSeasonOf(board, season)])
  await closeSeasonOf(board, season)
  await call(leaderboardsDelete, { params, query: { confirm: slug }, caller })
  await sendNotes(db, bindings.AUTH_AUDIT)
  const select = `SELECT action, subject FROM audit_entries
    WHERE tenant_id = (SELECT tenant_id FROM projects WHERE id = ?) ORDER BY sequence`
  const { results } = await bindings.AUTH_DB.prepare(select).bind(caller.projectId).all()
  expect(results).toEqual([
    { action: 'leaderboards.create', subject: id },
    { action: 'leaderboards.update', subject: id },
    { action: 'seasons.close', subject: season },
    { action: 'leaderboards.delete', subject: id },
  ])
})
