/** What a wallet answers about itself, without changing anything; `wallet-object.ts` adds what it does. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import type { Decided, Posted, Verdict } from './commands.ts'
import { holdAt, type HoldRow } from './hold-rules.ts'
import type { Balance } from './ledger-rules.ts'
import { Ledger } from './ledger.ts'
import type { HistoryPage, HistoryQuery, Moment, WalletState } from './wallet-reads.ts'
import type { OutgoingTransfer, WalletStorage } from './wallet-storage.ts'

export abstract class AskedWallet extends CountedObject<WalletEnv> {
  protected readonly ledger: Ledger
  protected readonly storage: WalletStorage

  constructor(ctx: DurableObjectState, env: WalletEnv) {
    super(ctx, env)
    this.ledger = new Ledger(ctx.storage, now)
    this.storage = this.ledger.rows
  }

  balances(): (Balance & { currency: string })[] {
    return this.ledger.balances()
  }

  history(query: HistoryQuery): HistoryPage {
    return this.ledger.reads.history(query)
  }

  /** Exact at that moment, without one at this instant. */
  state(moment?: Moment): WalletState {
    const { reads } = this.ledger
    return moment ? reads.state(moment) : { ...reads.recorded(), balances: this.ledger.balances() }
  }

  /** As it is written down: what a hold past its time keeps is still held until its entry `expire` is made. */
  recorded(): WalletState {
    return this.ledger.reads.recorded()
  }

  hold(id: string): HoldRow | undefined {
    return this.ledger.hold(id)
  }

  /** The newest holds with an id below `before`. */
  holds(before: string, limit: number): HoldRow[] {
    return this.ledger.holds.before(before, limit).map((hold) => holdAt(hold, now()))
  }

  /** A transfer or reversal that left this wallet, if its id is one. */
  outgoing(id: string): OutgoingTransfer | undefined {
    return this.storage.outgoing(id)
  }

  /** What a key was answered with; undefined when it was never used. */
  verdict(key: string): Verdict<Posted, Decided> | undefined {
    return this.ledger.verdict(key)
  }
}
