/** Chained entries for tests, from a past that real commands would need days for; and choices that a seed repeats. */
import { isoTime } from '@coinop/shared/clock'
import {
  type Balance,
  type EntryKind,
  type EntryRow,
  genesisHash,
  nextEntry,
  type SystemAccount,
} from './ledger-rules.ts'
import type { CurrencyBalance } from './wallet-reads.ts'

export type Past = {
  kind: EntryKind
  currency: string
  amount: number
  heldChange?: number
  counterAccount: SystemAccount
  counterparty: string
  at: number
  transferId?: string
  memo?: string
}

/** The chained entries that this past makes, and the balances after the last. */
export function chained(past: Past[]): { rows: EntryRow[]; balances: CurrencyBalance[] } {
  const known = new Map<string, Balance>()
  let previous = { seq: 0, hash: genesisHash }
  const rows = past.map(({ at, transferId = '', ...rest }, index) => {
    const posting = { memo: `memo ${index}`, ...rest }
    const before = known.get(posting.currency) ?? { posted: 0, held: 0 }
    const balanceAfter = before.posted + posting.amount
    const heldAfter = before.held + (posting.heldChange ?? 0)
    known.set(posting.currency, { posted: balanceAfter, held: heldAfter })
    const id = transferId === '' ? `trf_${index}` : transferId
    const circumstances = { transferId: id, actor: 'test', at, balanceAfter, heldAfter }
    const row = nextEntry(previous, posting, circumstances)
    previous = row
    return row
  })
  const balances = [...known].map(([currency, balance]) => ({ currency, ...balance }))
  return {
    rows,
    balances: balances.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
  }
}

type Choices = ReturnType<typeof choices>
type Open = { transferId: string; currency: string; amount: number; expiresAt: number }
type World = { start: number; currencies: string[]; others: string[] }

/**
 * Entries of every sort that a wallet makes by itself: never more goes out than is available, and a hold past its time is
 * written down first of all. Several share a time, so that a boundary between equal times is met.
 */
export function randomPast(random: Choices, length: number, world: World): Past[] {
  const past: Past[] = []
  const open: Open[] = []
  const available = new Map<string, number>()
  let at = world.start
  const add = (entry: Omit<Past, 'at' | 'counterparty'> & { counterparty?: string }) => {
    const { currency, amount, heldChange = 0 } = entry
    available.set(currency, (available.get(currency) ?? 0) + amount - heldChange)
    past.push({ counterparty: '', ...entry, at })
  }
  const end = (hold: Open, kind: EntryKind, more: { amount?: number; memo?: string } = {}) => {
    open.splice(open.indexOf(hold), 1)
    const { transferId, currency, amount } = hold
    const same = { transferId, currency, counterAccount: '@shop' as const }
    add({ ...same, kind, amount: 0, ...more, heldChange: -amount })
  }
  while (past.length < length) {
    at += random.of([0, 0, 1, 1_000])
    for (const hold of open.filter(({ expiresAt }) => expiresAt <= at)) {
      end(hold, 'expire', { memo: isoTime(hold.expiresAt) })
    }
    step(random, { ...world, at, index: past.length, open, available, add, end })
  }
  return past.slice(0, length)
}

type Moment = World & {
  at: number
  index: number
  open: Open[]
  available: Map<string, number>
  add: (entry: Omit<Past, 'at' | 'counterparty'> & { counterparty?: string }) => void
  end: (hold: Open, kind: EntryKind, more?: { amount?: number }) => void
}

/** One movement in, or one out, or the beginning or the end of a hold. */
function step({ below, of }: Choices, moment: Moment): void {
  const { add, end, open } = moment
  const currency = of(moment.currencies)
  const most = moment.available.get(currency) ?? 0
  const what = most > 0 ? of(['in', 'out', 'hold', 'end', 'end']) : 'in'
  const amount = 1 + below(what === 'in' ? 9 : Math.min(9, most))
  const hold = open.length > 0 ? of(open) : undefined
  if (what === 'out') {
    const [kind, counterAccount] = of([
      ['charge', '@shop'],
      ['withdraw', '@burn'],
      ['reversal_out', '@mint'],
    ] as const)
    return add({ kind, currency, amount: -amount, counterAccount })
  }
  if (what === 'hold') {
    const transferId = `hld_${moment.index}`
    open.push({ transferId, currency, amount, expiresAt: moment.at + of([1, 700, 5_000]) })
    const holding = { transferId, currency, heldChange: amount, counterAccount: '@shop' as const }
    return add({ ...holding, kind: 'hold', amount: 0 })
  }
  if (what === 'end' && hold) {
    const kind = of(['capture', 'void'] as const)
    return end(hold, kind, { amount: kind === 'void' ? 0 : -1 - below(hold.amount) })
  }
  const [kind, counterAccount, counterparty] = of([
    ['deposit', '@mint', ''],
    ['payout', '@house', ''],
    ['transfer_in', '@transit', of(moment.others)],
  ] as const)
  add({ kind, currency, amount, counterAccount, counterparty })
}

/** A reproducible source of choices; say the seed when something fails. */
export function choices(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return { below, of: <T>(all: readonly T[]): T => all[below(all.length)]! }
}
