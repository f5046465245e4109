/** One object per wallet: its single thread and its own storage decide every movement of its money. */
import { now } from '@coinop/shared/clock'
import { GroupCommit } from '@coinop/shared/group-commit'
import { logError } from '@coinop/shared/log'
import { ObjectAlarm } from '@coinop/shared/object-alarm'
import { ok } from '@coinop/shared/result'
import { AskedWallet } from './asked-wallet.ts'
import {
  type CommandRefusal,
  type Credit,
  type Doing,
  type LedgerCommand,
  type LedgerRefusal,
  onlyPostings,
  type Posted,
  type SendCommand,
  type SendRefusal,
  type Sent,
  transfersOf,
  type Verdict,
} from './commands.ts'
import type { EntryRow } from './ledger-rules.ts'
import { lastCopied } from './projection.ts'
import { creditOf, deliveryTimeoutMilliseconds, retryDelay } from './transfer-rules.ts'
import type { OutgoingTransfer, WalletReference } from './wallet-storage.ts'

/** Most entries that are copied at once. */
const projectionBatchMax = 500
/** A quiet wallet is copied at once, a busy one so often: its entries share a commit of the copy and of the log. */
const projectionPauseMilliseconds = 1_000
const deliveriesMax = 50
const retryMilliseconds = 2_000
/** A request that takes longer than this for its first attempt may never come back. */
const firstAttemptMilliseconds = 2 * deliveryTimeoutMilliseconds
/** After a run that ended in the middle, the next is set before the work: six such runs and there would be none. */
const rescueMilliseconds = 10_000

export class WalletObject extends AskedWallet {
  private readonly group: GroupCommit
  private readonly nextAlarm: ObjectAlarm
  /** When the copy last began. */
  private projectedAt = 0
  private hasRun = false
  /** Transfers that a request is delivering right now, and until when the alarm relies on that. */
  private readonly inFlight = new Map<string, number>()

  constructor(ctx: DurableObjectState, env: WalletEnv) {
    super(ctx, env)
    this.nextAlarm = new ObjectAlarm(ctx.storage)
    this.group = new GroupCommit(ctx.storage, () => this.armIfDue())
    if (this.workDue() !== undefined) void ctx.blockConcurrencyWhile(() => this.armIfLost())
  }

  /** Applies a command once. A refusal is remembered too: the key never does anything else. */
  execute(command: LedgerCommand): Promise<Verdict<Posted, LedgerRefusal>> {
    return this.group.add(() => this.ledger.execute(command))
  }

  /** Several commands in order and in one commit, each with its own answer. */
  executeAll(commands: LedgerCommand[]): Promise<Verdict<Posted, LedgerRefusal>[]> {
    return Promise.all(
      this.group.addAll(commands.map((command) => () => this.ledger.execute(command))),
    )
  }

  /** Takes the amount out, then offers it to the recipient until the recipient has said yes or no. */
  async send(command: SendCommand): Promise<Verdict<Sent, SendRefusal>> {
    const posted = await this.dispatch({ ...command, do: 'send' })
    if (!posted.ok) return posted as Verdict<never, SendRefusal>
    const { entries, replayed } = posted.value
    const { attempts, nextAttemptAt, ...sent } = this.storage.outgoing(entries[0]!.transferId)!
    return ok({ ...sent, replayed })
  }

  /** Undoes a movement, once; what came from another wallet is sent back to it. */
  reverse(command: Doing<'reverse'>): Promise<Verdict<Posted, LedgerRefusal>> {
    return this.dispatch(command)
  }

  /** Pays what was set aside for a trade; true when all of it has arrived. */
  async pay(command: Doing<'escrow'>): Promise<Verdict<boolean, LedgerRefusal>> {
    const posted = await this.dispatch(command)
    if (!posted.ok) return posted
    const states = posted.value.entries.map((entry) => this.storage.outgoing(entry.transferId))
    return ok(states.every((transfer) => transfer?.state === 'COMPLETED'))
  }

  /** The recipient's side of a transfer: takes it or refuses it, once and for ever. */
  async credit(credit: Credit): Promise<Verdict<Posted, CommandRefusal>> {
    return onlyPostings(await this.execute({ ...credit, do: 'credit' }))
  }

  /** Runs what is due if the alarm was lost. Called by the minutely sweep. */
  async poke(): Promise<void> {
    await this.alarm()
  }

  /**
   * At least once, perhaps twice: every step reads again and is idempotent. Never throws, so the alarm never gives up.
   * Money first: a transfer does not wait for the copy.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.hasRun = true
    this.nextAlarm.forget()
    if (info?.isRetry) this.nextAlarm.arm(now() + rescueMilliseconds)
    const done = [
      await this.attempt('wallet.expire', () => this.expireDue()),
      await this.attempt('wallet.deliver', () => this.deliverDue()),
      await this.attempt('wallet.project', () => this.project()),
    ]
    this.rearm(done.every(Boolean))
  }

  private rearm(succeeded: boolean): void {
    const due = this.workDue()
    if (due === undefined) return
    this.nextAlarm.forget()
    this.nextAlarm.arm(succeeded ? due : Math.max(due, now() + retryMilliseconds))
  }

  private async attempt(operation: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      logError('wallet', operation, error)
      return false
    }
  }

  /** Executes, and makes the first attempt to deliver what has left. */
  private async dispatch(
    command: Doing<'send' | 'reverse' | 'escrow'>,
  ): Promise<Verdict<Posted, LedgerRefusal>> {
    const posted = await this.group.add(() => {
      const decided = this.ledger.execute(command)
      // In the same stretch, so that the alarm leaves the first attempt to this request.
      const until = now() + firstAttemptMilliseconds
      if (decided.ok) for (const id of transfersOf(decided.value)) this.inFlight.set(id, until)
      return decided
    })
    if (!posted.ok) return posted
    const ids = transfersOf(posted.value)
    try {
      await Promise.all(ids.map((id) => this.deliver(id)))
    } finally {
      for (const id of ids) this.inFlight.delete(id)
      this.armIfDue()
    }
    return posted
  }

  private async expireDue(): Promise<void> {
    if ((this.ledger.holds.nextExpiry() ?? Infinity) > now()) return
    await this.group.add(() => this.ledger.expire())
  }

  private async deliverDue(): Promise<void> {
    for (const { id, nextAttemptAt } of this.storage.unfinishedOutgoing(deliveriesMax)) {
      if (nextAttemptAt > now() || (this.inFlight.get(id) ?? 0) > now()) continue
      this.postpone(id)
      await this.deliver(id)
    }
  }

  private postpone(id: string): void {
    const { attempts } = this.storage.outgoing(id)!
    this.storage.postponeOutgoing(id, attempts + 1, now() + retryDelay(attempts))
  }

  /** One attempt to finish a transfer. An unknown outcome keeps the row: it is retried, never refunded. */
  private async deliver(id: string): Promise<void> {
    const transfer = this.storage.outgoing(id)
    const wallet = this.storage.reference()
    if (!transfer || !wallet || transfer.state !== 'SENT') return
    const verdict = await this.offer(wallet, transfer)
    if (verdict) await this.settle(id, verdict)
    else if (transfer.attempts === 0) this.postpone(id)
  }

  private async offer(
    wallet: WalletReference,
    transfer: OutgoingTransfer,
  ): Promise<Verdict<Posted, CommandRefusal> | undefined> {
    try {
      return await Promise.race([
        this.callCredit(`${wallet.projectId}/${transfer.recipient}`, creditOf(wallet, transfer)),
        new Promise<undefined>((resolve) => setTimeout(resolve, deliveryTimeoutMilliseconds)),
      ])
    } catch (error) {
      logError('wallet', 'wallet.deliver', error)
      return undefined
    }
  }

  /** A new stub each time: one that threw stays broken. */
  private async callCredit(name: string, credit: Credit): Promise<Verdict<Posted, CommandRefusal>> {
    return this.outside.WALLETS.getByName(name).credit(credit)
  }

  private settle(id: string, verdict: Verdict<Posted, CommandRefusal>): Promise<void> {
    return this.group.add(() => this.ledger.settle(id, verdict))
  }

  /** Has new entries copied to D1 and announced, which drop what they have, so a crash in between costs nothing. */
  private async project(): Promise<void> {
    const wallet = this.storage.reference()
    if (!wallet) return
    this.projectedAt = now()
    const last = this.storage.lastEntry()?.seq ?? 0
    for (let done = this.storage.copied; done < last; done += projectionBatchMax) {
      const entries = this.storage.entriesBetween(done + 1, done + projectionBatchMax)
      await this.copy(wallet, entries)
      this.mark(entries.at(-1)!.seq)
    }
  }

  /** A new stub each time: one that threw stays broken. */
  private async copy(wallet: WalletReference, rows: EntryRow[]): Promise<void> {
    await this.env.COPIES.getByName(wallet.projectId).copy({ wallet, rows })
  }

  private mark(seq: number): void {
    this.storage.copied = Math.max(this.storage.copied, seq)
  }

  /** When something is to be done next; undefined when all is projected and every transfer and hold has ended. */
  private workDue(): number | undefined {
    if (!this.storage.reference()) return undefined
    const last = this.storage.lastEntry()?.seq ?? 0
    if (this.storage.copied < last) return this.projectionDue()
    return this.unfinishedDue()
  }

  private unfinishedDue(): number | undefined {
    const attempt = this.storage.unfinishedOutgoing(1)[0]?.nextAttemptAt ?? Infinity
    const patience = Math.max(0, ...this.inFlight.values())
    const expiry = this.ledger.holds.nextExpiry() ?? Infinity
    const due = Math.min(Math.max(attempt, patience), expiry)
    return due === Infinity ? undefined : due
  }

  /** Never later than a pause from now, whatever the clock was when the last copy began. */
  private projectionDue(): number {
    const at = now()
    return Math.max(at, Math.min(this.projectedAt, at) + projectionPauseMilliseconds)
  }

  /** Leaves one that is set alone: an object that crashes in its alarm would else begin again at once, without end. */
  private async armIfLost(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return
    if (this.unfinishedDue() === undefined) void this.learnCopied()
    else this.armIfDue()
  }

  /** An alarm ends when all is copied: so without one it is, though nothing here says so, unless the alarm was lost. */
  private async learnCopied(): Promise<void> {
    const last = this.storage.lastEntry()?.seq ?? 0
    const asked = await this.attempt('wallet.learn', async () => {
      const found = await lastCopied(this.env.WALLET_DB, this.storage.reference()!)
      // One that was cut off goes on from what is written here: D1 may have what was not announced.
      if (found >= last && !this.hasRun) this.mark(last)
    })
    if (!asked || this.storage.copied < last) this.armIfDue()
  }

  private armIfDue(): void {
    const due = this.workDue()
    if (due !== undefined) this.nextAlarm.arm(due)
  }
}
