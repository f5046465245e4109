/** What the tests of holds ask for. */
import { call } from '@coinop/shared/testing'
import { holdsCapture } from './routes/holds.capture.ts'
import { holdsCreate } from './routes/holds.create.ts'
import { holdsVoid } from './routes/holds.void.ts'
import { movementsBatch } from './routes/movements.batch.ts'
import { uniqueKey } from './test-money.ts'
import type { Random } from './test-random.ts'

type Headers = Record<string, string>

export const hold = (walletId: string, change: object = {}, headers: Headers = uniqueKey()) =>
  call(holdsCreate, {
    params: { walletId },
    headers,
    json: { currency: 'COIN', amount: 40, expiresInSeconds: 600, ...change },
  })
export const capture = (
  walletId: string,
  holdId: string,
  json: object = {},
  headers: Headers = uniqueKey(),
) => call(holdsCapture, { params: { walletId, holdId }, headers, json })
export const voidHold = (walletId: string, holdId: string, headers: Headers = uniqueKey()) =>
  call(holdsVoid, { params: { walletId, holdId }, headers })

export const unknownHold = 'hld_01k9x6c3v5t8r2m4n7p0q1s2w3'

type Made = { status: number; entry?: { kind: string; transferId: string } }

/** Movements of every sort that a key asks for, holds above all: some end, some stay open. Answers how many entries they made. */
export async function randomMovements(random: Random, walletId: string): Promise<number> {
  const money = { walletId, currency: 'COIN' }
  const begun = Array.from({ length: 20 }, () => {
    const amount = 1 + random.below(15)
    const operation = random.pick(['deposit', 'withdraw', 'hold', 'hold'])
    const rest = operation === 'hold' ? { expiresInSeconds: 600 } : { reason: 'random' }
    return { ...money, operation, amount, ...rest }
  })
  const made = await batch(begun)
  const held = made.flatMap(({ entry }) => (entry?.kind === 'hold' ? [entry.transferId] : []))
  const ended = held
    .filter(() => random.below(3) > 0)
    .map((holdId) => ({ walletId, operation: random.pick(['capture', 'void']), holdId }))
  const all = [...made, ...(ended.length > 0 ? await batch(ended) : [])]
  return all.filter(({ entry }) => entry).length
}

const batch = async (operations: object[]): Promise<Made[]> => {
  const { body } = await call(movementsBatch, { headers: uniqueKey(), json: { operations } })
  return body.data
}
