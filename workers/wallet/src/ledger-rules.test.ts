import { balanceMax } from '@coinop/shared/money'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryHash, genesisHash, nextEntry, post, type Posting } from './ledger-rules.ts'

const posting: Posting = {
  kind: 'deposit',
  currency: 'COIN',
  amount: 5,
  counterAccount: '@mint',
  counterparty: '',
  memo: '',
}
const circumstances = {
  transferId: 'trf_1',
  actor: 'secret:key_1',
  at: 1,
  balanceAfter: 5,
  heldAfter: 0,
}

describe('post', () => {
  test('refuses exactly what is not available', () => {
    const balances = fc.record({
      posted: fc.integer({ min: 0, max: balanceMax }),
      held: fc.integer({ min: 0, max: 1_000 }),
    })
    fc.assert(
      fc.property(balances, fc.integer({ min: 1, max: balanceMax }), ({ posted, held }, amount) => {
        fc.pre(held <= posted)
        const taken = post({ posted, held }, -amount)
        expect(taken.ok).toBe(amount <= posted - held)
        if (taken.ok) expect(taken.value).toEqual({ posted: posted - amount, held })
        else expect(taken.code).toBe('insufficient_funds')
      }),
    )
  })

  test('refuses a balance that would not be exact', () => {
    expect(post({ posted: balanceMax - 5, held: 0 }, 5)).toMatchObject({ ok: true })
    expect(post({ posted: balanceMax - 5, held: 0 }, 6)).toEqual({
      ok: false,
      code: 'balance_limit_exceeded',
    })
  })
})

describe('nextEntry', () => {
  test('counts from 1 and chains to what came before', () => {
    const first = nextEntry({ seq: 0, hash: genesisHash }, posting, circumstances)
    const second = nextEntry(first, posting, circumstances)
    expect([first.seq, second.seq]).toEqual([1, 2])
    expect(first.previousHash).toBe(genesisHash)
    expect(second.previousHash).toBe(first.hash)
  })

  test('any changed field changes the hash', () => {
    const { hash, ...entry } = nextEntry({ seq: 0, hash: genesisHash }, posting, circumstances)
    const changed = { seq: 2, amount: 6, memo: 'x', balanceAfter: 6, actor: 'player:usr_1', at: 2 }
    const others = { currency: 'GOLD', kind: 'refund', counterAccount: '@shop', counterparty: 'u' }
    for (const [field, value] of Object.entries({ ...changed, ...others })) {
      expect(entryHash({ ...entry, [field]: value }), field).not.toBe(hash)
    }
  })
})
