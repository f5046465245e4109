/** What a `WalletObject` answers about its own past: filtered pages of the history, and balances at any moment. */
import { isoTime } from '@coinop/shared/clock'
import type { HoldStorage } from './hold-storage.ts'
import { type Balance, type EntryRow, genesisHash } from './ledger-rules.ts'
import { scan } from './scan.ts'
import { isNewer, type Seek } from './two-way-pages.ts'
import type { WalletStorage } from './wallet-storage.ts'

export type EntryFilter = {
  kind?: string | undefined
  currency?: string | undefined
  /** Another wallet, or a system account such as `@mint`. */
  counterparty?: string | undefined
  /** Milliseconds: at this time or later. */
  from?: number | undefined
  /** Milliseconds: before this time. */
  until?: number | undefined
}

/** Entries beyond a sequence, which is not among them. `older` goes down from it, `newer` up. */
export type Position = { towards: 'older' | 'newer'; beyond: number }

/** Where a cursor of the list of entries points to; without one above the newest. */
export function positionOf(seek: Seek | undefined): Position {
  if (!seek) return { towards: 'older', beyond: Number.MAX_SAFE_INTEGER }
  const key = Number(seek.key)
  const newer = isNewer(seek)
  const inclusive = seek.comparison.length === 2
  return {
    towards: newer ? 'newer' : 'older',
    beyond: inclusive ? key + (newer ? -1 : 1) : key,
  }
}

export type HistoryQuery = Position & { filter: EntryFilter; limit: number }
/** `rows` in the order they were met; `last` is the sequence to go on beyond, null at the end. */
export type HistoryPage = { rows: EntryRow[]; last: number | null }

export type CurrencyBalance = Balance & { currency: string }
/** A moment of a wallet: all that its entries up to `sequence` have made. */
export type WalletState = { sequence: number; hash: string; balances: CurrencyBalance[] }
export type Moment = { at: number } | { sequence: number }

const checkpointEvery = 1_000

/** Whether entries behind `before` up to `after` are such that a checkpoint is due. */
export const passesCheckpoint = (before: number, after: number): boolean =>
  Math.floor(before / checkpointEvery) < Math.floor(after / checkpointEvery)

/** Reads over one wallet's storage. Writes nothing but checkpoints, which follow from the entries. */
export class WalletReads {
  private readonly storage: WalletStorage
  private readonly holds: HoldStorage

  constructor(storage: WalletStorage, holds: HoldStorage) {
    this.storage = storage
    this.holds = holds
  }

  history({ towards, beyond, filter, limit }: HistoryQuery): HistoryPage {
    const { from, until, ...fields } = filter
    const first = from === undefined ? 1 : this.sequenceBefore(from) + 1
    const last = until === undefined ? Number.MAX_SAFE_INTEGER : this.sequenceBefore(until)
    const rows =
      towards === 'older'
        ? this.storage.entriesDown(first, Math.min(last, beyond - 1))
        : this.storage.entriesUp(Math.max(first, beyond + 1), last)
    const page = scan(rows, (row) => matchesFields(row, fields), limit)
    return { rows: page.rows, last: page.last?.seq ?? null }
  }

  /** The newest entry, and the balances that stand beside it. */
  recorded(): WalletState {
    return stateOf(this.storage.lastEntry(), this.storage.balances())
  }

  /** `at` means after the last entry of that time or an earlier one, and without the holds that were over by then. */
  state(moment: Moment): WalletState {
    const sequence = 'at' in moment ? this.sequenceBefore(moment.at + 1) : moment.sequence
    const entry = this.storage.entriesBetween(sequence, sequence)[0]
    const balances = entry ? this.balancesAt(sequence) : []
    return stateOf(entry, 'at' in moment ? this.freed(balances, sequence, moment.at) : balances)
  }

  /** Notes the balances after every thousandth entry, so that the past is never far from one. */
  checkpoint(): void {
    const head = this.storage.lastEntry()?.seq ?? 0
    for (
      let next = this.storage.checkpointBefore(head).seq + checkpointEvery;
      next <= head;
      next += checkpointEvery
    ) {
      this.storage.writeCheckpoint(next, JSON.stringify(this.foldTo(next)))
    }
  }

  private balancesAt(sequence: number): CurrencyBalance[] {
    this.checkpoint()
    return this.foldTo(sequence).toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
  }

  /** Lets go of the holds whose time was over at `at` and whose entry `expire` came later, or has not come yet. */
  private freed(balances: CurrencyBalance[], sequence: number, at: number): CurrencyBalance[] {
    const over = this.holds.overdue(at)
    const time = isoTime(at)
    // The next command writes them down before anything else; only what comes back may stand in between.
    for (const row of this.storage.entriesUp(sequence + 1, Number.MAX_SAFE_INTEGER)) {
      if (row.kind.endsWith('_refund')) continue
      if (row.kind !== 'expire' || row.memo > time) break
      over.set(row.currency, (over.get(row.currency) ?? 0) - row.heldChange)
    }
    return balances.map((row) => ({ ...row, held: row.held - (over.get(row.currency) ?? 0) }))
  }

  /** From the nearest checkpoint: at most as many entries as lie between two. */
  private foldTo(sequence: number): CurrencyBalance[] {
    const { seq, balances } = this.storage.checkpointBefore(sequence)
    const before = JSON.parse(balances) as CurrencyBalance[]
    const known = new Map(before.map((balance) => [balance.currency, balance]))
    for (const row of this.storage.entriesUp(seq + 1, sequence)) {
      known.set(row.currency, balanceAfter(row))
    }
    return [...known.values()]
  }

  /** The sequence of the last entry before `time`, 0 without one: halving, because time never runs backwards in a wallet. */
  private sequenceBefore(time: number): number {
    let low = 0
    let high = this.storage.lastEntry()?.seq ?? 0
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.storage.entryTime(middle) < time) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** What an entry leaves behind in its currency. */
const balanceAfter = ({
  currency,
  balanceAfter: posted,
  heldAfter: held,
}: EntryRow): CurrencyBalance => ({ currency, posted, held })

const stateOf = (entry: EntryRow | undefined, balances: CurrencyBalance[]): WalletState => ({
  sequence: entry?.seq ?? 0,
  hash: entry?.hash ?? genesisHash,
  balances,
})

/** Whether the entry is what is asked for; a field that is not named matches all. */
export const matchesFields = (
  row: Pick<EntryRow, 'kind' | 'currency' | 'counterparty' | 'counterAccount'>,
  { kind, currency, counterparty }: EntryFilter,
): boolean =>
  (kind === undefined || row.kind === kind) &&
  (currency === undefined || row.currency === currency) &&
  (counterparty === undefined || counterpartyOf(row) === counterparty)

/** The other wallet of a transfer, else the system account. */
export const counterpartyOf = ({
  counterparty,
  counterAccount,
}: Pick<EntryRow, 'counterparty' | 'counterAccount'>): string =>
  counterparty === '' ? counterAccount : counterparty
