/** Decides every command over one wallet's tables, in one synchronous transaction each; knows neither network nor alarm. */
import { countedSql } from '@coinop/shared/cost'
import { fail, ok } from '@coinop/shared/result'
import {
  type CaptureCommand,
  commandHash,
  type Decided,
  type LedgerCommand,
  type LedgerRefusal,
  type NewHold,
  type Posted,
  type Refused,
  type Verdict,
} from './commands.ts'
import { arrive, escrow } from './escrow-rules.ts'
import { EscrowStorage } from './escrow-storage.ts'
import {
  capturePosting,
  expirePosting,
  holdAt,
  holdPosting,
  type HoldRow,
  openHold,
  openHoldsMax,
  voidPosting,
} from './hold-rules.ts'
import { HoldStorage } from './hold-storage.ts'
import {
  type Balance,
  type EntryRow,
  exceedsCap,
  genesisHash,
  nextEntry,
  post,
  type Posting,
} from './ledger-rules.ts'
import { openTables } from './object-schema.ts'
import { reverse } from './reversal-rules.ts'
import { newOutgoing, outgoingPosting, returningPosting } from './transfer-rules.ts'
import { passesCheckpoint, WalletReads } from './wallet-reads.ts'
import { type CommandRecord, WalletStorage } from './wallet-storage.ts'

export type Storage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>
export type Decision = Verdict<EntryRow[], Decided>
/** What all postings of one command share. */
export type Circumstances = Pick<LedgerCommand, 'transferId' | 'actor' | 'caps'>

export class Ledger {
  readonly rows: WalletStorage
  readonly holds: HoldStorage
  readonly reads: WalletReads
  readonly escrows: EscrowStorage
  readonly clock: () => number
  private readonly storage: Storage

  constructor(storage: Storage, clock: () => number) {
    openTables(storage)
    this.storage = storage
    this.clock = clock
    const sql = countedSql(storage.sql)
    this.rows = new WalletStorage(sql)
    this.holds = new HoldStorage(sql)
    this.reads = new WalletReads(this.rows, this.holds)
    this.escrows = new EscrowStorage(sql)
  }

  /** Applies a command once. A refusal is remembered too: the key never does anything else. */
  execute(command: LedgerCommand): Verdict<Posted, LedgerRefusal> {
    const { key, wallet } = command
    const hash = commandHash(command)
    return this.storage.transactionSync((): Verdict<Posted, LedgerRefusal> => {
      const seen = this.rows.command(key)
      if (seen) return seen.requestHash === hash ? this.replay(seen) : fail('idempotency_conflict')
      this.rows.open(wallet)
      this.expireDue()
      const decided = command.refusal ? fail(command.refusal) : this.decide(command)
      const entries = decided.ok ? decided.value : []
      this.rows.recordCommand(key, {
        requestHash: hash,
        refusal: decided.ok ? null : decided.code,
        refusedStep: decided.ok ? null : stepOf(decided),
        firstSeq: entries[0]?.seq ?? 0,
        lastSeq: entries.at(-1)?.seq ?? -1,
      })
      return decided.ok ? ok({ entries, replayed: false }) : decided
    })
  }

  /** What the key was answered with: the same entries, or the same refusal. Undefined when it was never used. */
  verdict(key: string): Verdict<Posted, Decided> | undefined {
    const seen = this.rows.command(key)
    return seen && this.replay(seen)
  }

  /** Ends a transfer: done, or the amount comes back. Another attempt may have ended it while this one waited. */
  settle(id: string, verdict: Verdict<unknown, LedgerRefusal>): void {
    this.storage.transactionSync(() => {
      const transfer = this.rows.outgoing(id)
      if (!transfer || transfer.state !== 'SENT') return
      if (verdict.ok) return this.rows.finishOutgoing(id, 'COMPLETED', null)
      // Ended first, so that the room that was kept for its return is free for it.
      this.rows.finishOutgoing(id, 'REFUNDED', verdict.code)
      const back = this.apply({ transferId: id, actor: 'system' }, [returningPosting(transfer)])
      if (!back.ok) throw new Error(`The refund of ${id} was refused: ${back.code}`)
    })
  }

  /** Writes down which holds are past their time. The money was free already. */
  expire(): void {
    this.storage.transactionSync(() => this.expireDue())
  }

  /** Exact at this instant: a hold past its time no longer counts, whether or not that is written down. */
  balances(): (Balance & { currency: string })[] {
    const overdue = this.holds.overdue(this.clock())
    return this.rows
      .balances()
      .map((row) => ({ ...row, held: row.held - (overdue.get(row.currency) ?? 0) }))
  }

  hold(id: string): HoldRow | undefined {
    const hold = this.holds.find(id)
    return hold && holdAt(hold, this.clock())
  }

  /** Inside a transaction: decides every posting first and writes only if all are allowed. */
  apply({ transferId, actor, caps = {} }: Circumstances, postings: Posting[]): Decision {
    const balances = new Map<string, Balance>()
    const entries: EntryRow[] = []
    const last = this.rows.lastEntry() ?? { seq: 0, hash: genesisHash, at: 0 }
    // A clock that steps back must not disorder the history.
    const at = Math.max(this.clock(), last.at)
    let previous: { seq: number; hash: string } = last
    for (const posting of postings) {
      const { currency, amount, heldChange } = posting
      const before = balances.get(currency) ?? this.rows.balance(currency)
      const expected = amount > 0 ? this.escrows.expected(currency) : 0
      const returning = amount > 0 ? this.rows.returning(currency) + expected : 0
      const after = post(before, amount, returning, heldChange)
      if (!after.ok) return after
      const counted = { ...before, posted: before.posted + expected }
      if (exceedsCap(counted, posting, caps[currency])) return fail('currency_cap_exceeded')
      balances.set(currency, after.value)
      const { posted: balanceAfter, held: heldAfter } = after.value
      const entry = nextEntry(previous, posting, { transferId, actor, at, balanceAfter, heldAfter })
      entries.push(entry)
      previous = entry
    }
    for (const entry of entries) this.rows.insertEntry(entry)
    for (const [currency, balance] of balances) this.rows.setBalance(currency, balance)
    if (passesCheckpoint(last.seq, previous.seq)) this.reads.checkpoint()
    return ok(entries)
  }

  private replay(seen: CommandRecord): Verdict<Posted, Decided> {
    if (seen.refusal) return refusal(seen.refusal as Decided, seen.refusedStep)
    const entries = this.rows.entriesBetween(seen.firstSeq, seen.lastSeq)
    return ok({ entries, replayed: true })
  }

  private decide(command: LedgerCommand): Decision {
    switch (command.do) {
      case 'post':
        return this.apply(command, command.postings)
      case 'hold':
        return this.openHold(command, command.hold)
      case 'capture':
        return this.capture(command, command)
      case 'void':
        return this.release(command, command)
      case 'send': {
        const decided = this.apply(command, [outgoingPosting(command)])
        if (decided.ok) this.rows.insertOutgoing(newOutgoing(command, this.clock()))
        return decided
      }
      case 'credit':
        return arrive(this, command)
      case 'escrow':
        return escrow(this, command)
      case 'reverse':
        return reverse(this, command)
      case 'batch':
        break
    }
    return this.allOrNothing(command)
  }

  private allOrNothing(command: Extract<LedgerCommand, { do: 'batch' }>): Decision {
    const { steps, actor, caps = {} } = command
    const decideStep = (step: (typeof steps)[number]): Decision => {
      const same = { actor, caps, transferId: 'id' in step ? step.id : step.holdId }
      if (step.do === 'post') return this.apply(same, [step.posting])
      if (step.do === 'hold') return this.openHold(same, step.hold)
      const { holdId } = step
      if (step.do === 'void') return this.release(same, { holdId, account: '@shop' })
      const amount = step.amount === undefined ? {} : { amount: step.amount }
      return this.capture(same, { holdId, account: '@shop', ...amount })
    }
    return this.undoneIfRefused(() => {
      const entries: EntryRow[] = []
      for (const [index, step] of steps.entries()) {
        const decided = decideStep(step)
        if (!decided.ok) return refusal(decided.code, index)
        entries.push(...decided.value)
      }
      return ok(entries)
    })
  }

  /** Steps that build on each other are written as they are decided; a refusal takes them all back. */
  private undoneIfRefused(decide: () => Decision): Decision {
    let decided: Decision | undefined
    try {
      this.storage.transactionSync(() => {
        decided = decide()
        if (!decided.ok) throw undo
      })
    } catch (error) {
      if (error !== undo) throw error
    }
    return decided!
  }

  private openHold(command: Circumstances, wanted: NewHold): Decision {
    if (this.holds.openCount() >= openHoldsMax) return fail('too_many_holds')
    const applied = this.apply(command, [holdPosting(wanted)])
    if (!applied.ok) return applied
    const { seconds, ...held } = wanted
    const createdAt = this.clock()
    this.holds.insert({
      ...held,
      id: command.transferId,
      captured: 0,
      state: 'open',
      createdAt,
      expiresAt: createdAt + seconds * 1_000,
      endedAt: 0,
    })
    return applied
  }

  private capture(
    command: Circumstances,
    {
      holdId,
      account,
      amount,
      payout = 0,
    }: Pick<CaptureCommand, 'holdId' | 'account' | 'amount' | 'payout'>,
  ): Decision {
    const found = openHold(this.holds.find(holdId), account, this.clock())
    if (!found.ok) return found
    const hold = found.value
    const captured = amount ?? hold.amount
    if (captured > hold.amount) return fail('capture_exceeds_hold')
    const capture = capturePosting(hold, captured)
    const win: Posting = { ...capture, kind: 'payout', amount: payout, heldChange: 0 }
    const same = { ...command, transferId: hold.id }
    const applied = this.apply(same, payout > 0 ? [capture, win] : [capture])
    if (applied.ok) this.holds.end(holdId, 'captured', { captured, at: this.clock() })
    return applied
  }

  private release(
    command: Circumstances,
    { holdId, account }: Pick<CaptureCommand, 'holdId' | 'account'>,
  ): Decision {
    const found = openHold(this.holds.find(holdId), account, this.clock())
    if (!found.ok) return found
    const applied = this.apply({ ...command, transferId: holdId }, [voidPosting(found.value)])
    if (applied.ok) this.holds.end(holdId, 'voided', { captured: 0, at: this.clock() })
    return applied
  }

  private expireDue(): void {
    for (const hold of this.holds.due(this.clock())) {
      const applied = this.apply({ transferId: hold.id, actor: 'system' }, [expirePosting(hold)])
      if (!applied.ok) throw new Error(`The hold ${hold.id} cannot expire: ${applied.code}`)
      this.holds.end(hold.id, 'expired', { captured: 0, at: hold.expiresAt })
    }
  }
}

const undo = new Error('A step was refused: the steps before it are taken back.')

const stepOf = (decided: Refused<Decided>) => decided.step ?? null

const refusal = (code: Decided, step: number | null): Refused<Decided> =>
  step === null ? { ok: false, code } : { ok: false, code, step }
