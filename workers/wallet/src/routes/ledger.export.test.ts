import { runInDurableObject } from 'cloudflare:test'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { verifyLedger } from '../../../../tools/coinop-verify.mjs'
import { choices, type Past } from '../test-chain.ts'
import { stubOf, writePast } from '../test-history.ts'
import { bindings, copied, newUser } from '../test-money.ts'
import { confirmBoth, makeTradedCurrencies, offered, userHaving } from '../test-trades.ts'
import type { WalletObject } from '../wallet-object.ts'
import { ledgerExport } from './ledger.export.ts'
import { proofsCreate } from './proofs.create.ts'

const random = choices(11)
const wallets: string[] = []

function past(length: number): Past[] {
  return Array.from({ length }, (_, at): Past => {
    const currency = random.of(['COIN', 'GEM'])
    const amount = 1 + random.below(9)
    return { kind: 'deposit', currency, amount, counterAccount: '@mint', counterparty: '', at }
  })
}

async function pages(query: Record<string, string> = {}): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const { status, body, headers } = await call(ledgerExport, {
      query: cursor === null ? query : { cursor },
    })
    expect(status).toBe(200)
    found.push(body)
    cursor = headers.get('coinop-next-cursor')
  } while (cursor !== null)
  return found
}
const verified = (text: string) => verifyLedger(new TextEncoder().encode(text))

beforeAll(async () => {
  expect(await call(ledgerExport)).toMatchObject({ status: 404, body: { code: 'proof_not_found' } })
  for (let index = 0; index < 120; index++) {
    const walletId = await newUser()
    wallets.push(walletId)
    await writePast(walletId, past(index === 60 ? 2_600 : 1 + random.below(4)))
  }
  await call(proofsCreate)
}, 120_000)

describe('ledger.export', () => {
  test('200 pages that together verify, also after more has happened; 404 proof_not_found before the first', async () => {
    const before = await pages()
    expect(before.length).toBeGreaterThan(1)
    expect(Math.max(...before.map((page) => page.split('\n').length))).toBeLessThan(2_300)
    const found = verified(before.join(''))
    expect(found.problems).toEqual([])
    expect(found.wallets).toBe(120)
    await runInDurableObject(stubOf(wallets[3]!), async (object: WalletObject) => {
      const [posting] = past(1).map(({ at: _, ...each }) => ({ ...each, memo: '' }))
      const wallet = { projectId: '', walletId: wallets[3]! }
      const command = { wallet, key: 'deposit:more', transferId: 'trf_more', actor: 'test' }
      await object.execute({ do: 'post', ...command, postings: [posting!] })
    })
    expect((await pages({ number: '1' })).join('')).toBe(before.join(''))
  }, 120_000)

  test('200 trades verify: both sides set aside several currencies, which change hands or are released', async () => {
    await makeTradedCurrencies()
    const [ada, grace] = [
      await userHaving({ COIN: 100, GEM: 5 }),
      await userHaving({ COIN: 1, MEDAL: 70 }),
    ]
    const done = await offered([ada, { COIN: 40, GEM: 5 }], [grace, { COIN: 1, MEDAL: 7 }])
    expect((await confirmBoth(done, ada, grace)).body.status).toBe('completed')
    // More than grace has: what ada had set aside for it is let go.
    const failed = await offered([ada, { COIN: 10, MEDAL: 7 }], [grace, { COIN: 1, MEDAL: 70 }])
    expect((await confirmBoth(failed, ada, grace)).body.status).toBe('failed')
    await Promise.all([copied(ada, 12), copied(grace, 8)])
    await call(proofsCreate)
    const found = verified((await pages()).join(''))
    expect(found.problems).toEqual([])
    expect(found).toMatchObject({ wallets: 122, inTransit: 0 })
  }, 60_000)

  test('an entry that was changed inside a wallet is named', async () => {
    const walletId = wallets[60]!
    await runInDurableObject(stubOf(walletId), (_: WalletObject, state) => {
      state.storage.sql.exec('DROP TRIGGER entries_keep')
      state.storage.sql.exec('UPDATE entries SET amount = amount + 1 WHERE seq = 1777')
    })
    const found = verified((await pages()).join(''))
    const names = found.problems.map(({ what }: { what: string }) => what)
    expect(names).toContain(`entry ${walletId}/1777 does not have its hash`)
    await bindings.WALLET_DB.prepare('DELETE FROM proof_chunks').run()
    expect(await call(ledgerExport)).toMatchObject({ status: 404 })
  }, 120_000)

  test('400 invalid_request for a bad cursor; 401 and 403 but for a key with wallet:read', async () => {
    expect(await call(ledgerExport, { query: { cursor: 'x' } })).toMatchObject({ status: 400 })
    expect(await call(ledgerExport, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), secretKeyWith('wallet:write')]) {
      expect(await call(ledgerExport, { caller })).toMatchObject({ status: 403 })
    }
  })
})
