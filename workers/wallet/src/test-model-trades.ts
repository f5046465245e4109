/** What trades have set aside in the model's wallet, and the room that is kept for what they bring. */
import type { EscrowPart } from './escrow-storage.ts'
import { sum } from './test-random.ts'

export type ModelTrade = {
  id: string
  counterparty: string
  gives: EscrowPart[]
  receives: EscrowPart[]
  /** `paying` as soon as either side has paid: from then on it is not released. */
  phase: 'held' | 'paying'
}

const partsMax = 200
const ofCurrency = (parts: EscrowPart[], currency: string) =>
  sum(parts.filter((part) => part.currency === currency).map(({ amount }) => amount))

/** Trades under way. What has ended is taken out, part by part. */
export class ModelTrades {
  private trades: ModelTrade[] = []
  /** Released before the wallet had heard of them: what sets aside for them now comes too late. */
  readonly tooLate: string[] = []

  underWay(): ModelTrade[] {
    return this.trades
  }

  hasRoomFor(count: number): boolean {
    const parts = this.trades.flatMap(({ gives, receives }) => [...gives, ...receives])
    return parts.length + count <= partsMax
  }

  held(currency: string): number {
    return sum(this.trades.map(({ gives }) => ofCurrency(gives, currency)))
  }

  expected(currency: string): number {
    return sum(this.trades.map(({ receives }) => ofCurrency(receives, currency)))
  }

  begin(trade: ModelTrade): void {
    this.trades.push(trade)
  }

  /** Takes out what it gives, in the order of the currencies. */
  takeGiven(id: string): EscrowPart[] {
    const trade = this.trades.find((each) => each.id === id)
    if (!trade) return []
    const given = trade.gives.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
    trade.gives = []
    trade.phase = 'paying'
    this.forgetDone()
    return given
  }

  end(id: string): void {
    this.trades = this.trades.filter((trade) => trade.id !== id)
  }

  arrived(transferId: string): void {
    for (const trade of this.trades) {
      const left = trade.receives.filter((part) => part.transferId !== transferId)
      if (left.length < trade.receives.length) trade.phase = 'paying'
      trade.receives = left
    }
    this.forgetDone()
  }

  private forgetDone(): void {
    this.trades = this.trades.filter(
      ({ phase, gives, receives }) => phase === 'held' || gives.length + receives.length > 0,
    )
  }
}
