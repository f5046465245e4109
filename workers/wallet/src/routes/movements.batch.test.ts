import { runInDurableObject } from 'cloudflare:test'
import type { FaultAction } from '@coinop/shared/fail-points'
import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fresh, installSeams } from '../test-faults.ts'
import { hold, unknownHold } from '../test-holds.ts'
import { coin, coinsOf, makeCurrencies, uniqueKey, userWith } from '../test-money.ts'
import { environment, Random } from '../test-random.ts'
import { currenciesCreate } from './currencies.create.ts'
import { holdsCapture } from './holds.capture.ts'
import { holdsCreate } from './holds.create.ts'
import { holdsVoid } from './holds.void.ts'
import { movementsBatch } from './movements.batch.ts'
import { walletsDeposit } from './wallets.deposit.ts'
import { walletsWithdraw } from './wallets.withdraw.ts'

beforeAll(makeCurrencies)

type Operation = { operation: string; walletId: string; [field: string]: unknown }
const money = (operation: string, walletId: string, amount: number, currency = 'COIN') =>
  ({ operation, walletId, currency, amount, reason: 'batch' }) satisfies Operation
const deposit = (walletId: string, amount: number, currency?: string) =>
  money('deposit', walletId, amount, currency)
const withdraw = (walletId: string, amount: number) => money('withdraw', walletId, amount)
const holding = (walletId: string, amount: number): Operation => ({
  operation: 'hold',
  walletId,
  currency: 'COIN',
  amount,
  expiresInSeconds: 600,
})
const batch = (operations: object[], headers: Record<string, string> = uniqueKey()) =>
  call(movementsBatch, { headers, json: { operations } })

describe('movements.batch', () => {
  test('200 with one result per operation, in order: a refusal of one is none of another', async () => {
    const [ada, grace] = [await userWith(100), await userWith(10)]
    const { body } = await hold(ada, { amount: 10 })
    const nobody = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3'
    const answer = await batch([
      deposit(ada, 50),
      withdraw(grace, 11),
      withdraw(ada, 140),
      { operation: 'capture', walletId: ada, holdId: body.id, amount: 4 },
      { operation: 'void', walletId: grace, holdId: unknownHold },
      deposit(nobody, 1),
      deposit(grace, 1, 'GOLD'),
      withdraw(grace, 10),
    ])
    expect(answer).toMatchObject({
      status: 200,
      body: {
        data: [
          { status: 201, entry: { walletId: ada, kind: 'deposit', balanceAfter: 150 } },
          { status: 409, code: 'insufficient_funds' },
          { status: 201, entry: { walletId: ada, kind: 'withdraw', balanceAfter: 10 } },
          { status: 201, entry: { walletId: ada, kind: 'capture', balanceAfter: 6 } },
          { status: 404, code: 'hold_not_found' },
          { status: 404, code: 'not_found' },
          { status: 404, code: 'currency_not_found' },
          { status: 201, entry: { walletId: grace, kind: 'withdraw', balanceAfter: 0 } },
        ],
      },
    })
    expect(await coinsOf(ada)).toEqual({ posted: 6, held: 0, available: 6 })
  })

  test('the same answer, and one effect, when a key comes 20 times at once; also what was refused', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    const [key, operations] = [uniqueKey(), [deposit(ada, 1), withdraw(grace, 2), holding(ada, 3)]]
    const answers = await Promise.all(Array.from({ length: 20 }, () => batch(operations, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    await batch([deposit(grace, 10)])
    await call(currenciesCreate, { json: { ...coin, code: 'LATE' } })
    const again = await batch(operations, key)
    expect(again.body).toEqual(answers[0]!.body)
    expect(await coinsOf(ada)).toEqual({ posted: 101, held: 3, available: 98 })
    expect(await coinsOf(grace)).toMatchObject({ posted: 11 })
  })

  test('a currency that came later changes nothing of what a key was answered', async () => {
    const ada = await userWith(1)
    const [key, operations] = [uniqueKey(), [deposit(ada, 1, 'LATER')]]
    const first = await batch(operations, key)
    expect(first.body.data).toMatchObject([{ code: 'currency_not_found' }])
    await call(currenciesCreate, { json: { ...coin, code: 'LATER' } })
    expect((await batch(operations, key)).body).toEqual(first.body)
  })

  test('Idempotency-Replayed says that nothing was done', async () => {
    const ada = await userWith(1)
    const [key, operations] = [uniqueKey(), [deposit(ada, 1)]]
    expect((await batch(operations, key)).headers.get('idempotency-replayed')).toBeNull()
    expect((await batch(operations, key)).headers.get('idempotency-replayed')).toBe('true')
  })

  test('409 idempotency_conflict for another batch, also in wallets that the key never reached', async () => {
    const [ada, grace] = [await userWith(1), await userWith(1)]
    const key = uniqueKey()
    await batch([deposit(ada, 1)], key)
    for (const operations of [[deposit(grace, 1)], [deposit(ada, 1), deposit(grace, 1)]]) {
      expect(await batch(operations, key)).toMatchObject({
        status: 409,
        body: { code: 'idempotency_conflict' },
      })
    }
    expect(await coinsOf(grace)).toMatchObject({ posted: 1 })
  })

  test('the same key is another one in another project', async () => {
    const ada = await userWith(1)
    const key = uniqueKey()
    await batch([deposit(ada, 1)], key)
    const json = { operations: [deposit(ada, 2)] }
    const caller = { projectId: otherProject }
    const { status, body } = await call(movementsBatch, { headers: key, json, caller })
    expect({ status, data: body.data }).toMatchObject({ status: 200, data: [{ status: 404 }] })
    expect(await coinsOf(ada)).toMatchObject({ posted: 2 })
  })

  test('400 idempotency_key_required and invalid_request for none, for 101 and for a field too many', async () => {
    const ada = await userWith(100)
    const many = Array.from({ length: 101 }, () => deposit(ada, 1))
    const refusals = [
      [batch([deposit(ada, 1)], {}), 'idempotency_key_required'],
      [batch([]), 'invalid_request'],
      [batch(many), 'invalid_request'],
      [batch([{ ...deposit(ada, 1), note: 'x' }]), 'invalid_request'],
      [batch([{ ...deposit(ada, 1), walletId: undefined }]), 'invalid_request'],
    ] as const
    for (const [answer, code] of refusals) {
      expect(await answer).toMatchObject({ status: 400, body: { code } })
    }
    expect(await coinsOf(ada)).toMatchObject({ posted: 100 })
    expect((await batch(many.slice(1))).body.data).toHaveLength(100)
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const json = { operations: [deposit(ada, 1)] }
    const as = (caller: object) => call(movementsBatch, { caller, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})

const { seed, runs: rounds } = environment(12)

/** Holds that were made, by place: the id in each of the two worlds. */
type Twin = { together: string; singly: string }

test(`a batch does what its operations do singly, SEED=${seed}`, async () => {
  const random = new Random(seed)
  const twins = await Promise.all(
    Array.from({ length: 4 }, async (): Promise<Twin> => {
      return { together: await userWith(50), singly: await userWith(50) }
    }),
  )
  const holds: { wallet: Twin; id: Twin }[] = []
  const outcomes = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const planned = Array.from({ length: 1 + random.below(20) }, () => plan(random, twins, holds))
    const { body } = await batch(planned.map(({ together }) => together))
    const results = body.data as { status: number; code?: string; entry?: Entry }[]
    for (const [index, { singly, wallet }] of planned.entries()) {
      const [one, other] = [results[index]!, await alone(singly)]
      const what = `SEED=${seed} round ${round} [${index}] ${JSON.stringify(singly)}`
      expect(one.code ?? 'done', what).toBe(other.body.code ?? 'done')
      expect(one.status, what).toBe(one.entry ? 201 : other.status)
      if (singly.operation === 'hold' && one.entry) {
        holds.push({ wallet, id: { together: one.entry.transferId, singly: other.body.id } })
      }
      outcomes.add(`${singly.operation} ${one.code ?? 'done'}`)
    }
    for (const { together, singly } of twins) {
      expect(await coinsOf(together), `SEED=${seed}`).toEqual(await coinsOf(singly))
    }
  }
  expect(outcomes.size).toBeGreaterThanOrEqual(5)
}, 120_000)

type Entry = { transferId: string }

function plan(random: Random, twins: Twin[], holds: { wallet: Twin; id: Twin }[]) {
  const chosen = holds.length > 0 && random.below(3) === 0 ? random.pick(holds) : undefined
  const wallet = chosen?.wallet ?? random.pick(twins)
  const amount = 1 + random.below(40)
  const kind = random.pick(['deposit', 'withdraw', 'withdraw', 'hold'] as const)
  const part = random.below(2) === 0 ? {} : { amount: 1 + random.below(20) }
  const ending = random.pick(['capture', 'void'] as const)
  const of = (world: keyof Twin): Operation => {
    const walletId = wallet[world]
    if (chosen) {
      const end = { operation: ending, walletId, holdId: chosen.id[world] }
      return ending === 'capture' ? { ...end, ...part } : end
    }
    return kind === 'hold' ? holding(walletId, amount) : money(kind, walletId, amount)
  }
  return { wallet, together: of('together'), singly: of('singly') }
}

const routes = {
  deposit: walletsDeposit,
  withdraw: walletsWithdraw,
  hold: holdsCreate,
  capture: holdsCapture,
  void: holdsVoid,
}

function alone({ operation, walletId, holdId, ...json }: Operation) {
  const params = { walletId, ...(holdId !== undefined && { holdId: holdId as string }) }
  const body = operation === 'void' ? {} : { json }
  return call(routes[operation as keyof typeof routes], {
    params,
    headers: uniqueKey(),
    ...body,
  })
}

describe('a crash in the middle', () => {
  const { points, begin, end } = installSeams()
  afterAll(() => {
    points.uninstall()
    vi.restoreAllMocks()
  })
  const crashes: Record<string, readonly FaultAction[]> = {
    'WalletObject.execute': ['throw', 'lose-reply', 'delay'],
    'Ledger.execute': ['throw', 'lose-reply'],
    'WalletStorage.recordCommand': ['throw', 'lose-reply'],
  }

  test(`of any wallet: the retry does what was not done, each once, SEED=${seed}`, async () => {
    for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
    const random = new Random(seed)
    const ids = await Promise.all(Array.from({ length: 6 }, () => userWith(100)))
    let failed = 0
    for (let round = 0; round < rounds; round++) {
      const operations = Array.from({ length: 24 }, (_, index) =>
        index % 3 === 2 ? withdraw(ids[index % 6]!, 200_000) : deposit(ids[index % 6]!, 1),
      )
      const before = await Promise.all(ids.map(entriesOf))
      begin((point) =>
        crashes[point] && random.below(20) === 0 ? random.pick(crashes[point]) : undefined,
      )
      const key = uniqueKey()
      const broken = await batch(operations, key)
      if (broken.status !== 200) failed += 1
      end()
      const answer = await vi.waitFor(async () => {
        const retried = await batch(operations, key)
        expect(retried.status).toBe(200)
        return retried
      }, 10_000)
      expect(answer.body.data.map(({ status }: { status: number }) => status)).toEqual(
        operations.map(({ operation }) => (operation === 'deposit' ? 201 : 409)),
      )
      if (broken.status === 200) expect(broken.body).toEqual(answer.body)
      expect((await batch(operations, key)).body).toEqual(answer.body)
      const after = await Promise.all(ids.map(entriesOf))
      const made = ids.map(
        (id) => operations.filter((each) => each.walletId === id && each.amount === 1).length,
      )
      expect(after.map((count, index) => count - before[index]!)).toEqual(made)
    }
    expect(failed).toBeGreaterThan(0)
  }, 120_000)
})

const entriesOf = (walletId: string) =>
  runInDurableObject(fresh(walletId), (_, { storage: { sql } }) =>
    Number(sql.exec('SELECT count(*) AS n FROM entries').one()['n']),
  )
