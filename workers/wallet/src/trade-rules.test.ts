import { sha256 } from '@coinop/shared/hash'
import { describe, expect, test } from 'vitest'
import {
  cancel,
  confirm,
  digestOf,
  type Escrow,
  expire,
  type Offer,
  setOffer,
  settle,
  statusAt,
  type Trade,
} from './trade-rules.ts'

const offerOf = (currency: string, amount: number) => ({ currencies: [{ currency, amount }] })
const withItem = (itemId: string, quantity: number): Offer => ({
  ...offerOf('GEM', 2),
  items: [{ itemId, quantity }],
})
const party = { isConfirmed: false, escrow: 'unknown' as const }
const open: Trade = {
  projectId: 'prj_1',
  id: 'trd_1',
  initiator: { ...party, userId: 'usr_a', offer: offerOf('COIN', 1) },
  partner: { ...party, userId: 'usr_b', offer: offerOf('GEM', 2) },
  version: 2,
  offersSet: 2,
  phase: 'open',
  outcome: null,
  failure: null,
  createdAt: 0,
  expiresAt: 1_000,
  endedAt: 0,
  attempts: 0,
  nextAttemptAt: 0,
}

function agreed(trade: Trade = open): Trade {
  const digest = digestOf(trade)
  const first = confirm(trade, 'initiator', digest, 1)
  const second = first.ok && confirm(first.value.trade, 'partner', digest, 1)
  if (!second || !second.ok) throw new Error('not agreed')
  return second.value.trade
}
const bothHeld = { initiator: { escrow: 'held' }, partner: { escrow: 'held' } } as const

describe('the digest', () => {
  test.each<[string, Partial<Trade>]>([
    ['the project', { projectId: 'prj_2' }],
    ['the trade', { id: 'trd_2' }],
    ['the version', { version: 3 }],
    ['who offers', { initiator: { ...open.initiator, userId: 'usr_c' } }],
    ['a currency', { partner: { ...open.partner, offer: offerOf('GEMS', 2) } }],
    ['an amount', { partner: { ...open.partner, offer: offerOf('GEM', 3) } }],
    ['an item', { partner: { ...open.partner, offer: withItem('itm_1', 1) } }],
    ['which side gives what', { initiator: open.partner, partner: open.initiator }],
  ])('changes with %s', (_, change) => {
    expect(digestOf({ ...open, ...change })).not.toBe(digestOf(open))
  })

  test.each<[string, Offer, Offer]>([
    ['an item', withItem('itm_1', 1), withItem('itm_2', 1)],
    ['a quantity', withItem('itm_1', 1), withItem('itm_1', 2)],
  ])('of an offer with items changes with %s', (_, before, after) => {
    const digestWith = (offer: Offer) => digestOf({ ...open, partner: { ...open.partner, offer } })
    expect(digestWith(before)).not.toBe(digestWith(after))
  })

  test('does not change when somebody confirms', () => {
    expect(digestOf(agreed())).toBe(digestOf(open))
  })

  test('without items is what it was before trades knew any', () => {
    const { projectId, id, version, initiator, partner } = open
    const sides = [initiator, partner].map(({ userId, offer }) => [
      userId,
      offer.currencies.map(({ currency, amount }) => [currency, amount]),
    ])
    expect(digestOf(open)).toBe(sha256(JSON.stringify([projectId, id, version, ...sides])))
  })
})

describe('the deadline', () => {
  test.each([
    [999, 'open', true],
    [1_000, 'expired', false],
  ] as const)('at %i of 1,000 a trade is %s', (at, status, allowed) => {
    expect(statusAt(open, at)).toBe(status)
    expect(cancel(open, at).ok).toBe(allowed)
    expect(setOffer(open, 'partner', offerOf('GEM', 3), at).ok).toBe(allowed)
    expect(confirm(open, 'partner', digestOf(open), at).ok).toBe(allowed)
    expect(expire(open, at).steps).toEqual(allowed ? [] : ['expired'])
  })

  test('decides also when both wallets hold: before it the trade is paid, at it released', () => {
    expect(settle(agreed(), bothHeld, 999)).toMatchObject({
      trade: { phase: 'paying', outcome: null },
    })
    expect(settle(agreed(), bothHeld, 1_000)).toMatchObject({
      trade: { phase: 'releasing', outcome: 'expired', endedAt: 1_000 },
    })
  })

  test('changes nothing after the decision', () => {
    const { trade } = settle(agreed(), bothHeld, 999)
    expect(statusAt(trade, 1_000_000)).toBe('settling')
    expect(settle(trade, {}, 1_000_000).trade.phase).toBe('paying')
    const paid = { initiator: { escrow: 'paid' }, partner: { escrow: 'paid' } } as const
    expect(settle(trade, paid, 1_000_000).trade.outcome).toBe('completed')
  })
})

describe('settling', () => {
  test('one wallet that holds is not enough, and one that refuses is', () => {
    expect(settle(agreed(), { initiator: { escrow: 'held' } }, 2).trade.phase).toBe('holding')
    const refused = { escrow: 'refused', code: 'insufficient_funds' } as const
    expect(settle(agreed(), { ...bothHeld, partner: refused }, 2).trade).toMatchObject({
      phase: 'releasing',
      outcome: 'failed',
      failure: { userId: 'usr_b', code: 'insufficient_funds' },
    })
  })

  test('an answer from an earlier phase is not heard', () => {
    const { trade } = settle(agreed(), { partner: { escrow: 'refused', code: 'x' } }, 2)
    expect(settle(trade, { initiator: { escrow: 'held' } }, 3).trade).toEqual(trade)
    const { trade: paying } = settle(agreed(), bothHeld, 2)
    expect(settle(paying, { partner: { escrow: 'refused', code: 'x' } }, 3).trade).toEqual(paying)
  })

  test('nobody cancels or offers after both have confirmed', () => {
    expect(cancel(agreed(), 2)).toEqual({ ok: false, code: 'trade_closed' })
    expect(setOffer(agreed(), 'partner', offerOf('GEM', 3), 2)).toEqual({
      ok: false,
      code: 'trade_closed',
    })
  })
})

describe('settling with items', () => {
  const withPieces = agreed({ ...open, partner: { ...open.partner, offer: withItem('itm_1', 1) } })
  const shop = (escrow: Escrow) => ({ pieces: { escrow } })

  test('is decided only when the shop holds them as well, and completed when it handed them over', () => {
    expect(settle(withPieces, bothHeld, 2).trade.phase).toBe('holding')
    const { trade } = settle(settle(withPieces, bothHeld, 2).trade, shop('held'), 3)
    expect(trade.phase).toBe('paying')
    const paid = { initiator: { escrow: 'paid' }, partner: { escrow: 'paid' } } as const
    expect(settle(trade, paid, 4).trade).toMatchObject({ phase: 'paying', outcome: null })
    expect(settle(trade, { ...paid, ...shop('paid') }, 4).trade.outcome).toBe('completed')
  })

  test('ends when the shop refuses, and is done when the shop has let go, though it refused', () => {
    const refused = { escrow: 'refused', code: 'pieces_missing', userId: 'usr_b' } as const
    const { trade } = settle(withPieces, { ...bothHeld, pieces: refused }, 2)
    expect(trade).toMatchObject({
      phase: 'releasing',
      outcome: 'failed',
      failure: { userId: 'usr_b', code: 'pieces_missing' },
    })
    const released = { initiator: { escrow: 'released' }, partner: { escrow: 'released' } } as const
    expect(settle(trade, released, 3).trade.phase).toBe('releasing')
    expect(settle(trade, { ...released, ...shop('released') }, 3).trade.phase).toBe('done')
  })

  test('does not hear of the shop what belongs to an earlier phase', () => {
    const { trade } = settle(withPieces, { ...bothHeld, ...shop('held') }, 2)
    expect(settle(trade, { pieces: { escrow: 'refused', code: 'x' } }, 3).trade).toEqual(trade)
    expect(settle(trade, shop('released'), 3).trade).toEqual(trade)
  })
})
