import { anonymous, call, otherProject, player, testProject } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { reconcile } from '../reconciliation.ts'
import { bindings } from '../test-money.ts'
import { reconciliationsList } from './reconciliations.list.ts'

test('200 the runs of the project, newest first, page after page', async () => {
  for (let run = 0; run < 3; run++) {
    await reconcile(bindings, testProject, { wallets: 10, entries: 10 })
  }
  const first = await call(reconciliationsList, { query: { limit: '2' } })
  const query = { limit: '2', cursor: first.body.nextCursor }
  const second = await call(reconciliationsList, { query })
  expect(first.body.data).toMatchObject([
    { number: 3, status: 'finished', wallets: 0, differences: 0 },
    { number: 2 },
  ])
  expect(second.body).toMatchObject({ data: [{ number: 1 }], nextCursor: null })
})

test('nothing of another project, 401 without a credential, 403 for a player, 400 for a bad cursor', async () => {
  const foreign = await call(reconciliationsList, { caller: { projectId: otherProject } })
  expect(foreign.body.data).toEqual([])
  expect(await call(reconciliationsList, { caller: anonymous() })).toMatchObject({ status: 401 })
  expect(await call(reconciliationsList, { caller: player('usr_1') })).toMatchObject({
    status: 403,
  })
  const query = { cursor: 'x' }
  expect(await call(reconciliationsList, { query })).toMatchObject({ status: 400 })
})
