/** Up to 100 operations of one wallet in one request: all of them or none. */
import type { Caller } from '@coinop/shared/caller'
import { newId } from '@coinop/shared/ids'
import { fail } from '@coinop/shared/result'
import type { BatchStep, LedgerRefusal, Posted, Verdict } from './commands.ts'
import { capsOf, useCurrency } from './currencies.ts'
import { holderExists } from './holders.ts'
import type { WalletOperation } from './model.ts'
import { actorOf, walletOf } from './movements.ts'
import { depositSteps, withdrawSteps } from './steps.ts'

export type WalletBatch = { walletId: string; key: string; operations: WalletOperation[] }
export type WalletBatchRefusal = LedgerRefusal | 'wallet_not_found'

/** All operations in order and in one commit, or none. `step` of a refusal says which one was refused. */
export async function executeBatch(
  env: WalletEnv,
  caller: Caller,
  { walletId, key, operations }: WalletBatch,
): Promise<Verdict<Posted, WalletBatchRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('wallet_not_found')
  const caps: Record<string, number> = {}
  for (const [step, operation] of operations.entries()) {
    if (!('currency' in operation)) continue
    const currency = await useCurrency(env.WALLET_DB, caller.projectId, operation.currency)
    if (!currency) return { ok: false, code: 'currency_not_found', step }
    Object.assign(caps, capsOf(currency))
  }
  const answered: Verdict<Posted, LedgerRefusal> = await walletOf(env, caller, walletId).execute({
    do: 'batch',
    wallet: { projectId: caller.projectId, walletId },
    key: `batch:${key}`,
    transferId: newId('trf'),
    actor: actorOf(caller),
    steps: operations.map(toStep),
    caps,
  })
  return answered
}

export function toStep(operation: WalletOperation): BatchStep {
  switch (operation.operation) {
    case 'capture':
      return { do: 'capture', holdId: operation.holdId, amount: operation.amount }
    case 'void':
      return { do: 'void', holdId: operation.holdId }
    case 'hold': {
      const { currency, amount, memo = '', expiresInSeconds: seconds } = operation
      const hold = { currency, amount, account: '@shop' as const, memo, seconds }
      return { do: 'hold', id: newId('hld'), hold }
    }
    case 'deposit':
    case 'withdraw':
      break
  }
  const { currency, amount, reason: memo } = operation
  const [step] = operation.operation === 'deposit' ? depositSteps(amount) : withdrawSteps(amount)
  return { do: 'post', id: newId('trf'), posting: { ...step!, currency, counterparty: '', memo } }
}
