import { anonymous, call, otherProject, player, testProject } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { reconcile } from '../reconciliation.ts'
import { writePast } from '../test-history.ts'
import { bindings, newUser } from '../test-money.ts'
import { reconciliationsGet } from './reconciliations.get.ts'

const get = (number: string, caller = {}) =>
  call(reconciliationsGet, { params: { number }, caller })

test('200 names the wallet, what differs, and both sides of it', async () => {
  const walletId = await newUser()
  const counterparty = ''
  await writePast(walletId, [
    { kind: 'deposit', currency: 'COIN', amount: 5, counterAccount: '@mint', counterparty, at: 1 },
  ])
  await bindings.WALLET_DB.prepare('UPDATE balances SET posted = 6').run()
  await reconcile(bindings, testProject, { wallets: 10, entries: 10 })
  expect(await get('1')).toMatchObject({
    status: 200,
    body: {
      number: 1,
      status: 'finished',
      wallets: 1,
      entries: 1,
      differences: 1,
      found: [
        {
          walletId,
          what: 'copy_balance',
          subject: 'COIN',
          expected: '5 0 -5 0 0 0 0 0',
          found: '6 0 -5 0 0 0 0 0',
        },
      ],
    },
  })
})

test('404 not_found for an unknown number and another project; 400, 401 and 403', async () => {
  expect(await get('9')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await get('1', { projectId: otherProject })).toMatchObject({ status: 404 })
  expect(await get('x')).toMatchObject({ status: 400 })
  expect(await get('1', anonymous())).toMatchObject({ status: 401 })
  expect(await get('1', player('usr_1'))).toMatchObject({ status: 403 })
})
