/** Up to 100 operations in several wallets in one request: each is done or refused by itself, and once. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { toStep } from './batches.ts'
import type { BatchStep, LedgerCommand, LedgerRefusal, Posted, Verdict } from './commands.ts'
import { capsOf, useCurrency } from './currencies.ts'
import { holderExists } from './holders.ts'
import type { Currency, MovementOperation } from './model.ts'
import { actorOf, walletOf } from './movements.ts'
import { movementBatches } from './schema.ts'

export type MovementBatch = { key: string; operations: MovementOperation[] }
export type ItemRefusal = Exclude<LedgerRefusal, 'idempotency_conflict'> | 'wallet_not_found'
export type ItemVerdict = Verdict<Posted, ItemRefusal>

/**
 * The verdicts in the order of the operations. Each has a key of its own, made of the batch's and its place, so a retry
 * hears what was decided and does what was not: also when the first request died in the middle.
 */
export async function executeMovements(
  env: WalletEnv,
  caller: Caller,
  batch: MovementBatch,
): Promise<Result<ItemVerdict[], 'idempotency_conflict'>> {
  if (!(await claimed(env.WALLET_DB, caller.projectId, batch))) return fail('idempotency_conflict')
  const currencies = await currenciesOf(env, caller, batch.operations)
  const byWallet = Map.groupBy(batch.operations.entries(), ([, { walletId }]) => walletId)
  const verdicts = new Map<number, ItemVerdict>()
  // To the end even if one wallet does not answer: then the retry has the less to do.
  const done = await Promise.allSettled(
    [...byWallet].map(async ([walletId, items]) => {
      const commands = items.map(([index, operation]) =>
        commandOf(caller, { key: `item:${index}:${batch.key}`, operation, currencies }),
      )
      const answers = await executeIn(env, caller, walletId, commands)
      for (const [at, [index]] of items.entries()) verdicts.set(index, answers[at]!)
    }),
  )
  for (const each of done) if (each.status === 'rejected') throw each.reason
  return ok(batch.operations.map((_, index) => verdicts.get(index)!))
}

/** False when the key stands for another batch. Written before anything moves, and kept for ever. */
async function claimed(
  database: D1Database,
  projectId: string,
  { key, operations }: MovementBatch,
): Promise<boolean> {
  const db = drizzle(database)
  const hash = requestHash('movements.batch', operations)
  const isBatch = and(eq(movementBatches.projectId, projectId), eq(movementBatches.key, key))
  const [, [row]] = await db.batch([
    db
      .insert(movementBatches)
      .values({ projectId, key, requestHash: hash, createdAt: now() })
      .onConflictDoNothing(),
    db.select().from(movementBatches).where(isBatch),
  ])
  return row?.requestHash === hash
}

/** Undefined for a code that the project does not have. */
type Currencies = Map<string, Currency | undefined>

async function currenciesOf(
  env: WalletEnv,
  { projectId }: Caller,
  operations: MovementOperation[],
): Promise<Currencies> {
  const codes = new Set(operations.flatMap((each) => ('currency' in each ? [each.currency] : [])))
  return new Map(
    await Promise.all(
      [...codes].map(
        async (code) => [code, await useCurrency(env.WALLET_DB, projectId, code)] as const,
      ),
    ),
  )
}

type Item = { key: string; operation: MovementOperation; currencies: Currencies }

function commandOf(caller: Caller, { key, operation, currencies }: Item): LedgerCommand {
  const { walletId } = operation
  const code = 'currency' in operation ? operation.currency : undefined
  const currency = code === undefined ? undefined : currencies.get(code)
  const common = {
    wallet: { projectId: caller.projectId, walletId },
    key,
    actor: actorOf(caller),
    ...(currency && { caps: capsOf(currency) }),
    // Left to the wallet to say, so that a retry cannot hear anything else.
    ...(code !== undefined && !currency && { refusal: 'currency_not_found' as const }),
  }
  return { ...common, ...doingOf(toStep(operation)) }
}

function doingOf(step: BatchStep) {
  switch (step.do) {
    case 'post':
      return { do: 'post' as const, transferId: step.id, postings: [step.posting] }
    case 'hold':
      return { do: 'hold' as const, transferId: step.id, hold: step.hold }
    case 'void':
      break
    case 'capture': {
      const amount = step.amount === undefined ? {} : { amount: step.amount }
      return { ...endOf('capture', step.holdId), ...amount }
    }
  }
  return endOf('void', step.holdId)
}

const endOf = <How extends 'capture' | 'void'>(how: How, holdId: string) => ({
  do: how,
  transferId: holdId,
  holdId,
  account: '@shop' as const,
})

/** All commands of one wallet in one call. */
async function executeIn(
  env: WalletEnv,
  caller: Caller,
  walletId: string,
  commands: LedgerCommand[],
): Promise<ItemVerdict[]> {
  if (!(await holderExists(env.PLAYERS, caller, walletId)))
    return commands.map(() => fail('wallet_not_found'))
  const answered: Verdict<Posted, LedgerRefusal>[] = await walletOf(
    env,
    caller,
    walletId,
  ).executeAll(commands)
  // The batch's own record has refused the key of another request before.
  return answered as ItemVerdict[]
}
