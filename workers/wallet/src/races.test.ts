import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import { beforeAll, expect, test, vi } from 'vitest'
import type { LedgerCommand } from './commands.ts'
import { bindings, copied, makeCurrencies, stubOf, userWith } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'

beforeAll(makeCurrencies)

const operations = 500

test(`${operations} operations, each sent twice at once: exactly ${operations} effects`, async () => {
  const ada = await userWith(operations)
  const deposit = (index: number): LedgerCommand => ({
    do: 'post',
    wallet: { projectId: testProject, walletId: ada },
    key: `deposit:${index}`,
    transferId: `trf_${index}`,
    actor: 'test',
    postings: [
      {
        kind: index % 2 ? 'deposit' : 'withdraw',
        currency: 'COIN',
        amount: index % 2 ? 3 : -1,
        counterAccount: index % 2 ? '@mint' : '@burn',
        counterparty: '',
        memo: '',
      },
    ],
  })
  const answers = await Promise.all(
    Array.from({ length: 2 * operations }, (_, index) =>
      stubOf(ada).execute(deposit(index % operations)),
    ),
  )
  const replayed = answers.map((answer) => (answer.ok ? answer.value.replayed : 'refused'))
  expect(replayed.filter((each) => each === false)).toHaveLength(operations)
  expect(replayed.filter((each) => each === true)).toHaveLength(operations)
  expect(await stubOf(ada).balances()).toMatchObject([{ posted: operations + operations }])
  const all = { towards: 'newer' as const, beyond: 0, filter: {}, limit: 2_000 }
  expect((await stubOf(ada).history(all)).rows).toHaveLength(operations + 1)
}, 60_000)

test('after a run of the alarm that ended in the middle the next one is set before the work', async () => {
  const ada = await userWith(1)
  await copied(ada, 1)
  await runInDurableObject(stubOf(ada), async (object: WalletObject, { storage }) => {
    const inside = object as unknown as { rearm(succeeded: boolean): void }
    await storage.deleteAlarm()
    const lost = vi.spyOn(inside, 'rearm').mockImplementation(() => {
      throw new Error('reset between the catch and the new alarm')
    })
    for (let retryCount = 1; retryCount <= 6; retryCount++) {
      const run = object.alarm({ isRetry: true, retryCount } as AlarmInvocationInfo)
      await expect(run).rejects.toThrow('reset')
      expect(await storage.getAlarm()).not.toBeNull()
    }
    lost.mockRestore()
  })
  expect(await runDurableObjectAlarm(bindings.WALLETS.getByName(`${testProject}/${ada}`))).toBe(
    true,
  )
})
