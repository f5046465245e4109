/** The wallet as plain arrays: what the ledger must do, written as directly as possible and without its rules. */
import type { BatchStep, LedgerCommand } from './commands.ts'
import type { EntryKind } from './ledger-rules.ts'
import { type Random, sum } from './test-random.ts'

type Entry = [kind: EntryKind, currency: string, amount: number, heldChange: number]
type Hold = {
  id: string
  currency: string
  amount: number
  account: string
  state: string
  captured: number
  expiresAt: number
}
type Sent = Pick<Hold, 'id' | 'currency' | 'amount'> & {
  open: boolean
  kind: 'transfer' | 'reversal'
}
type Answer = { replayed: boolean; seqs: number[] } | { code: string; step: number }
type State = { entries: Entry[]; holds: Hold[]; sent: Sent[]; reversed: string[] }

const max = Number.MAX_SAFE_INTEGER
const currencies = ['COIN', 'GEM']

export class ModelWallet {
  private readonly state: State = { entries: [], holds: [], sent: [], reversed: [] }
  private readonly answers = new Map<string, { request: string; answer: Answer }>()
  /** Movements that can be undone: their kind, and how much. */
  readonly undoable = new Map<
    string,
    { kind: EntryKind; currency: string; amount: number; from: string }
  >()

  /** Where the first entry of each movement stands. */
  private readonly happened = new Map<string, number>()

  get entries(): Entry[] {
    return this.state.entries
  }

  holdIds(): string[] {
    return this.state.holds.map(({ id }) => id)
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

  holdStates(time: number): [string, string, number][] {
    return this.state.holds
      .map(({ id, state, captured, expiresAt }): [string, string, number] => [
        id,
        state === 'open' && expiresAt <= time ? 'expired' : state,
        captured,
      ])
      .toSorted(([left], [right]) => (left < right ? 1 : -1))
  }

  execute(command: LedgerCommand, time: number): Answer {
    const { key, caps: _, transferId: __, actor: ___, ...request } = command
    const text = JSON.stringify(request)
    const earlier = this.answers.get(key)
    if (earlier) {
      if (earlier.request !== text) return { code: 'idempotency_conflict', step: 0 }
      return 'code' in earlier.answer ? earlier.answer : { ...earlier.answer, replayed: true }
    }
    for (const hold of this.state.holds.toSorted(
      (a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1),
    )) {
      if (hold.state !== 'open' || hold.expiresAt > time) continue
      this.state.entries.push(['expire', hold.currency, 0, -hold.amount])
      hold.state = 'expired'
    }
    const undo = this.undo()
    const first = this.state.entries.length
    const code =
      command.do === 'batch'
        ? this.batch(command.steps, command.caps, time)
        : this.decide(command, time)
    if (code) undo()
    const seqs = this.state.entries.slice(first).map((_, index) => first + index + 1)
    const answer = code
      ? typeof code === 'string'
        ? { code, step: 0 }
        : code
      : { replayed: false, seqs }
    this.answers.set(key, { request: text, answer })
    if (!code) this.happened.set(command.transferId, first + 1)
    return answer
  }

  /** Ends some transfers that are on their way: accepted, or come back. */
  randomVerdicts(random: Random) {
    const verdicts: {
      id: string
      verdict: { ok: true; value: null } | { ok: false; code: 'balance_limit_exceeded' }
    }[] = []
    for (const sent of this.state.sent) {
      if (!sent.open || random.below(3) > 0) continue
      const accepted = random.below(2) === 0
      sent.open = false
      if (!accepted) {
        const kind = sent.kind === 'transfer' ? 'transfer_refund' : 'reversal_refund'
        this.state.entries.push([kind, sent.currency, sent.amount, 0])
      }
      verdicts.push({
        id: sent.id,
        verdict: accepted
          ? { ok: true, value: null }
          : { ok: false, code: 'balance_limit_exceeded' },
      })
    }
    return verdicts
  }

  private posted(currency: string): number {
    return sum(this.state.entries.filter((entry) => entry[1] === currency).map((entry) => entry[2]))
  }

  private heldAt(currency: string, time: number): number {
    const open = this.state.holds.filter(
      (hold) => hold.state === 'open' && hold.currency === currency,
    )
    return sum(open.filter(({ expiresAt }) => expiresAt > time).map(({ amount }) => amount))
  }

  private undo(): () => void {
    const { entries, sent, reversed, holds } = this.state
    const lengths = [entries.length, sent.length, reversed.length] as const
    const before = holds.map((hold) => ({ ...hold }))
    return () => {
      entries.length = lengths[0]
      sent.length = lengths[1]
      reversed.length = lengths[2]
      this.state.holds = before
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
        return this.move({ ...command, kind: 'transfer_in' }, command.caps, time)
      case 'reverse':
        return this.reverse(command, time)
      case 'batch':
      case 'escrow':
        break
    }
    throw new Error('A batch is not part of another, and trades have a model of their own.')
  }

  private move(
    { kind, currency, amount }: { kind: EntryKind; currency: string; amount: number },
    caps: Record<string, number> | undefined,
    time: number,
  ): string | undefined {
    const posted = this.posted(currency)
    if (amount < 0 && posted - this.heldAt(currency, time) < -amount) return 'insufficient_funds'
    const returning = this.state.sent.filter((sent) => sent.open && sent.currency === currency)
    if (amount > 0 && posted > max - amount - sum(returning.map((sent) => sent.amount))) {
      return 'balance_limit_exceeded'
    }
    const cap = caps?.[currency]
    if (cap !== undefined && ['deposit', 'transfer_in'].includes(kind) && posted + amount > cap) {
      return 'currency_cap_exceeded'
    }
    this.state.entries.push([kind, currency, amount, 0])
    return undefined
  }

  private hold(
    id: string,
    {
      currency,
      amount,
      account,
      seconds,
    }: { currency: string; amount: number; account: string; seconds: number },
    time: number,
  ): string | undefined {
    if (this.state.holds.filter(({ state }) => state === 'open').length >= 100)
      return 'too_many_holds'
    if (this.posted(currency) - this.heldAt(currency, time) < amount) return 'insufficient_funds'
    this.state.entries.push(['hold', currency, 0, amount])
    this.state.holds.push({
      id,
      currency,
      amount,
      account,
      state: 'open',
      captured: 0,
      expiresAt: time + seconds * 1_000,
    })
    return undefined
  }

  private end(
    command: Extract<LedgerCommand, { do: 'capture' | 'void' }>,
    time: number,
  ): string | undefined {
    const hold = this.state.holds.find(
      ({ id, account }) => id === command.holdId && account === command.account,
    )
    if (!hold) return 'hold_not_found'
    if (hold.state === 'expired' || (hold.state === 'open' && hold.expiresAt <= time))
      return 'hold_expired'
    if (hold.state !== 'open') return 'hold_closed'
    if (command.do === 'void') {
      hold.state = 'voided'
      this.state.entries.push(['void', hold.currency, 0, -hold.amount])
      return undefined
    }
    const captured = command.amount ?? hold.amount
    if (captured > hold.amount) return 'capture_exceeds_hold'
    hold.state = 'captured'
    hold.captured = captured
    this.state.entries.push(['capture', hold.currency, -captured, -hold.amount])
    if (!command.payout) return undefined
    return this.move(
      { kind: 'payout', currency: hold.currency, amount: command.payout },
      undefined,
      time,
    )
  }

  private send(command: Extract<LedgerCommand, { do: 'send' }>, time: number): string | undefined {
    const { transferId: id, currency, amount } = command
    const code = this.move({ kind: 'transfer_out', currency, amount: -amount }, undefined, time)
    if (!code) this.state.sent.push({ id, currency, amount, open: true, kind: 'transfer' })
    return code
  }

  private reverse(
    command: Extract<LedgerCommand, { do: 'reverse' }>,
    time: number,
  ): string | undefined {
    const { transferId: id } = command
    const found = this.undoable.get(id)
    const seq = this.happened.get(id)
    // A credit is found by its key, others among the newest.
    const near = seq !== undefined && this.entries.length - seq < 200
    if (!found || seq === undefined || !(near || found.from)) return 'transfer_not_found'
    if (this.state.reversed.includes(id)) return 'already_reversed'
    const { currency, from } = found
    const amount = command.amount ?? found.amount
    if (amount > found.amount) return 'reversal_exceeds_amount'
    const code = this.moveBack(found, amount, time)
    if (code) return code === 'insufficient_funds' ? 'reversal_not_covered' : code
    this.state.reversed.push(id)
    if (from) this.state.sent.push({ id, currency, amount, open: true, kind: 'reversal' })
    return undefined
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
