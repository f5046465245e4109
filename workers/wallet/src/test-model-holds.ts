/** The holds of the model's wallet, as a plain array. */
import type { LedgerCommand, NewHold } from './commands.ts'
import { sum } from './test-random.ts'

export type ModelHold = {
  id: string
  currency: string
  amount: number
  account: string
  state: string
  captured: number
  expiresAt: number
}

const openMax = 100

export class ModelHolds {
  private all: ModelHold[] = []

  ids(): string[] {
    return this.all.map(({ id }) => id)
  }

  isFull(): boolean {
    return this.all.filter(({ state }) => state === 'open').length >= openMax
  }

  open(id: string, { currency, amount, account, seconds }: NewHold, time: number): void {
    const fresh = { state: 'open', captured: 0, expiresAt: time + seconds * 1_000 }
    this.all.push({ id, currency, amount, account, ...fresh })
  }

  /** Those that are past their time and not yet written down as such, in the order in which they are. */
  expire(time: number): ModelHold[] {
    const due = this.all
      .filter(({ state, expiresAt }) => state === 'open' && expiresAt <= time)
      .toSorted((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
    for (const hold of due) hold.state = 'expired'
    return due
  }

  held(currency: string, time: number): number {
    const open = this.all.filter((hold) => hold.state === 'open' && hold.currency === currency)
    return sum(open.filter(({ expiresAt }) => expiresAt > time).map(({ amount }) => amount))
  }

  states(time: number): [string, string, number][] {
    return this.all
      .map(({ id, state, captured, expiresAt }): [string, string, number] => [
        id,
        state === 'open' && expiresAt <= time ? 'expired' : state,
        captured,
      ])
      .toSorted(([left], [right]) => (left < right ? 1 : -1))
  }

  /** The hold that a command ends, or why it cannot. */
  ending(
    command: Extract<LedgerCommand, { do: 'capture' | 'void' }>,
    time: number,
  ): ModelHold | string {
    const hold = this.all.find(
      ({ id, account }) => id === command.holdId && account === command.account,
    )
    if (!hold) return 'hold_not_found'
    if (hold.state === 'expired' || (hold.state === 'open' && hold.expiresAt <= time)) {
      return 'hold_expired'
    }
    return hold.state === 'open' ? hold : 'hold_closed'
  }

  /** Brings back what is now. */
  undo(): () => void {
    const before = this.all.map((hold) => ({ ...hold }))
    return () => {
      this.all = before
    }
  }
}
