/** The wallet as plain arrays: what the ledger must do, written as directly as possible and without its rules. */
import { fail, ok, type Result } from '@coinop/shared/result'
import type { BatchStep, Doing, LedgerCommand, NewHold } from './commands.ts'
import { escrowKeys } from './escrow-rules.ts'
import type { EntryKind } from './ledger-rules.ts'
import { ModelHolds } from './test-model-holds.ts'
import { ModelTrades } from './test-model-trades.ts'
import { type Random, sum } from './test-random.ts'

type Entry = [kind: EntryKind, currency: string, amount: number, heldChange: number]
type Sent = {
  id: string
  currency: string
  amount: number
  open: boolean
  kind: 'transfer' | 'reversal' | 'trade'
}
type Answer = { replayed: boolean; seqs: number[] } | { code: string; step: number }
type State = { entries: Entry[]; sent: Sent[]; reversed: string[] }

const max = Number.MAX_SAFE_INTEGER
const currencies = ['COIN', 'GEM']

export class ModelWallet {
  private readonly state: State = { entries: [], sent: [], reversed: [] }
  private readonly answers = new Map<string, { request: string; answer: Answer }>()
  /** Movements that can be undone: their kind, and how much. */
  readonly undoable = new Map<
    string,
    { kind: EntryKind; currency: string; amount: number; from: string }
  >()

  readonly holds = new ModelHolds()
  readonly trades = new ModelTrades()

  /** Where the first entry of each movement stands. */
  private readonly happened = new Map<string, number>()

  get entries(): Entry[] {
    return this.state.entries
  }

  balances(time: number): [string, number, number][] {
    return currencies
      .toSorted()
      .map((currency): [string, number, number] => [
        currency,
        this.posted(currency),
        this.heldAt(currency, time),
      ])
      .filter(([, posted, held]) => posted !== 0 || held !== 0)
  }

  execute(command: LedgerCommand, time: number): Answer {
    const { key, caps: _, transferId: __, actor: ___, ...request } = command
    const text = JSON.stringify(request)
    const earlier = this.answers.get(key)
    if (earlier) {
      if (earlier.request !== text) return { code: 'idempotency_conflict', step: 0 }
      return 'code' in earlier.answer ? earlier.answer : { ...earlier.answer, replayed: true }
    }
    for (const { currency, amount } of this.holds.expire(time)) {
      this.state.entries.push(['expire', currency, 0, -amount])
    }
    const undo = this.undo()
    const first = this.state.entries.length
    const { steps } = command as Partial<Doing<'batch'>>
    const code = steps ? this.batch(steps, command.caps, time) : this.decide(command, time)
    if (code) undo()
    const seqs = this.state.entries.slice(first).map((_, index) => first + index + 1)
    const refused = typeof code === 'string' ? { code, step: 0 } : code
    const answer = refused ?? { replayed: false, seqs }
    this.answers.set(key, { request: text, answer })
    if (!code) this.happened.set(command.transferId, first + 1)
    return answer
  }

  /** Ends some transfers that are on their way: accepted, or come back. */
  randomVerdicts(random: Random) {
    const verdicts: { id: string; verdict: Result<null, 'balance_limit_exceeded'> }[] = []
    for (const sent of this.state.sent) {
      if (!sent.open || random.below(3) > 0) continue
      // What a trade pays has its room at the other side: it always arrives.
      const accepted = sent.kind === 'trade' || random.below(2) === 0
      sent.open = false
      if (!accepted) {
        const kind = sent.kind === 'transfer' ? 'transfer_refund' : 'reversal_refund'
        this.state.entries.push([kind, sent.currency, sent.amount, 0])
      }
      verdicts.push({ id: sent.id, verdict: accepted ? ok(null) : fail('balance_limit_exceeded') })
    }
    return verdicts
  }

  private posted(currency: string): number {
    return sum(this.state.entries.filter((entry) => entry[1] === currency).map((entry) => entry[2]))
  }

  private heldAt(currency: string, time: number): number {
    return this.holds.held(currency, time) + this.trades.held(currency)
  }

  private undo(): () => void {
    const { entries, sent, reversed } = this.state
    const lengths = [entries.length, sent.length, reversed.length] as const
    const undoHolds = this.holds.undo()
    return () => {
      entries.length = lengths[0]
      sent.length = lengths[1]
      reversed.length = lengths[2]
      undoHolds()
    }
  }

  private batch(steps: BatchStep[], caps: Record<string, number> | undefined, time: number) {
    for (const [step, each] of steps.entries()) {
      const more = { account: '@shop' as const, ...(caps && { caps }) }
      const code =
        each.do === 'post'
          ? this.move(each.posting, caps, time)
          : this.decide(
              { ...each, ...more, transferId: 'id' in each ? each.id : '' } as LedgerCommand,
              time,
            )
      if (code) return { code, step }
    }
    return undefined
  }

  private decide(command: LedgerCommand, time: number): string | undefined {
    switch (command.do) {
      case 'post':
        for (const posting of command.postings) {
          const code = this.move(posting, command.caps, time)
          if (code) return code
        }
        return undefined
      case 'hold':
        return this.hold(command.transferId, command.hold, time)
      case 'capture':
      case 'void':
        return this.end(command, time)
      case 'send':
        return this.send(command, time)
      case 'credit':
        return this.credit(command, time)
      case 'reverse':
        return this.reverse(command, time)
      case 'escrow':
        return this.escrow(command, time)
      case 'batch':
        break
    }
    throw new Error('A batch is not part of another.')
  }

  private move(
    { kind, currency, amount }: { kind: EntryKind; currency: string; amount: number },
    caps: Record<string, number> | undefined,
    time: number,
  ): string | undefined {
    const posted = this.posted(currency)
    if (amount < 0 && posted - this.heldAt(currency, time) < -amount) return 'insufficient_funds'
    if (amount > 0 && posted > this.most(currency) - amount) return 'balance_limit_exceeded'
    const cap = caps?.[currency]
    const counted = posted + this.trades.expected(currency) + amount
    if (cap !== undefined && ['deposit', 'transfer_in'].includes(kind) && counted > cap) {
      return 'currency_cap_exceeded'
    }
    this.state.entries.push([kind, currency, amount, 0])
    return undefined
  }

  /** The largest balance that leaves room for what may come back and for what trades bring. */
  private most(currency: string): number {
    const open = this.state.sent.filter((sent) => sent.open && sent.currency === currency)
    return max - sum(open.map(({ amount }) => amount)) - this.trades.expected(currency)
  }

  private credit(command: Doing<'credit'>, time: number): string | undefined {
    if (command.kind !== 'trade') {
      return this.move({ ...command, kind: 'transfer_in' }, command.caps, time)
    }
    this.trades.arrived(command.transferId)
    return this.move({ ...command, kind: 'trade_in' }, undefined, time)
  }

  private escrow(command: Doing<'escrow'>, time: number): string | undefined {
    if (command.act === 'hold') return this.setAside(command, time)
    const { transferId: id } = command
    const given = this.trades.takeGiven(id)
    for (const { transferId, currency, amount } of given) {
      if (command.act === 'pay') {
        this.state.entries.push(['trade_out', currency, -amount, -amount])
        this.state.sent.push({ id: transferId, currency, amount, open: true, kind: 'trade' })
      } else {
        this.state.entries.push(['void', currency, 0, -amount])
      }
    }
    if (command.act === 'pay') return undefined
    this.trades.end(id)
    const key = escrowKeys.escrow(id)
    if (this.answers.has(key)) return undefined
    this.answers.set(key, { request: '', answer: { code: 'hold_closed', step: 0 } })
    this.trades.tooLate.push(id)
    return undefined
  }

  private setAside(
    command: Extract<Doing<'escrow'>, { act: 'hold' }>,
    time: number,
  ): string | undefined {
    const { transferId: id, counterparty, gives, receives, caps } = command
    if (!this.trades.hasRoomFor(gives.length + receives.length)) return 'too_many_holds'
    for (const { currency, amount } of receives) {
      const posted = this.posted(currency)
      const cap = caps?.[currency]
      const counted = posted + this.trades.expected(currency) + amount
      if (cap !== undefined && counted > cap) return 'currency_cap_exceeded'
      if (posted > this.most(currency) - amount) return 'balance_limit_exceeded'
    }
    for (const { currency, amount } of gives) {
      if (this.posted(currency) - this.heldAt(currency, time) < amount) return 'insufficient_funds'
      this.state.entries.push(['hold', currency, 0, amount])
    }
    this.trades.begin({ id, counterparty, gives, receives, phase: 'held' })
    return undefined
  }

  private hold(id: string, wanted: NewHold, time: number): string | undefined {
    const { currency, amount } = wanted
    if (this.holds.isFull()) return 'too_many_holds'
    if (this.posted(currency) - this.heldAt(currency, time) < amount) return 'insufficient_funds'
    this.state.entries.push(['hold', currency, 0, amount])
    this.holds.open(id, wanted, time)
    return undefined
  }

  private end(command: Doing<'capture' | 'void'>, time: number): string | undefined {
    const hold = this.holds.ending(command, time)
    if (typeof hold === 'string') return hold
    const { currency } = hold
    if (command.do === 'void') {
      hold.state = 'voided'
      this.state.entries.push(['void', currency, 0, -hold.amount])
      return undefined
    }
    const captured = command.amount ?? hold.amount
    if (captured > hold.amount) return 'capture_exceeds_hold'
    hold.state = 'captured'
    hold.captured = captured
    this.state.entries.push(['capture', currency, -captured, -hold.amount])
    const { payout } = command
    return payout
      ? this.move({ kind: 'payout', currency, amount: payout }, undefined, time)
      : undefined
  }

  private send(command: Doing<'send'>, time: number): string | undefined {
    const { transferId: id, currency, amount } = command
    const code = this.move({ kind: 'transfer_out', currency, amount: -amount }, undefined, time)
    if (!code) this.state.sent.push({ id, currency, amount, open: true, kind: 'transfer' })
    return code
  }

  private reverse(command: Doing<'reverse'>, time: number): string | undefined {
    const { transferId: id } = command
    const found = this.findUndoable(id)
    if (typeof found === 'string') return found
    const { currency, from } = found
    const amount = command.amount ?? found.amount
    if (amount > found.amount) return 'reversal_exceeds_amount'
    const code = this.moveBack(found, amount, time)
    if (code) return code === 'insufficient_funds' ? 'reversal_not_covered' : code
    this.state.reversed.push(id)
    if (from) this.state.sent.push({ id, currency, amount, open: true, kind: 'reversal' })
    return undefined
  }

  private findUndoable(id: string) {
    const found = this.undoable.get(id)
    const seq = this.happened.get(id)
    // A credit is found by its key, others among the newest.
    const near = seq !== undefined && this.entries.length - seq < 200
    if (!found || seq === undefined || !(near || found.from)) return 'transfer_not_found'
    if (found.kind === 'trade_in') return 'not_reversible'
    return this.state.reversed.includes(id) ? 'already_reversed' : found
  }

  private moveBack(
    { kind, currency }: { kind: EntryKind; currency: string },
    amount: number,
    time: number,
  ): string | undefined {
    const leaves = kind === 'deposit' || kind === 'transfer_in'
    const arrives = kind === 'charge' ? 'refund' : 'reversal_in'
    const posting = { currency, kind: leaves ? ('reversal_out' as const) : (arrives as EntryKind) }
    return this.move({ ...posting, amount: leaves ? -amount : amount }, undefined, time)
  }
}
