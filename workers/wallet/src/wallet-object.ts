/** One object per wallet: its single thread and its own storage decide every movement of its money. */
import { DurableObject } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { logError } from '@coinop/shared/log'
import { fail, ok, type Result } from '@coinop/shared/result'
import {
  type Balance,
  type EntryRow,
  genesisHash,
  nextEntry,
  post,
  type Posting,
  type PostingRefusal,
} from './ledger-rules.ts'
import { projectEntries } from './projection.ts'
import {
  deliveryTimeoutMilliseconds,
  newOutgoing,
  outgoingPosting,
  retryDelay,
} from './transfer-rules.ts'
import {
  type CommandRecord,
  type OutgoingTransfer,
  type WalletReference,
  WalletStorage,
} from './wallet-storage.ts'
import { type HistoryQuery, type Moment, WalletReads } from './wallet-reads.ts'

/** What one key asks of a wallet: all its postings, or none. */
export type Command = {
  wallet: WalletReference
  /** The client's key, or the id of the order or round, with the name of the operation before it. */
  key: string
  /** Used when the command is new; a repeated one keeps its first. */
  transferId: string
  actor: string
  postings: Posting[]
  /** Why it cannot be, when that was seen before the wallet was asked: remembered under the key like any refusal. */
  refusal?: 'currency_not_found'
}
export type Posted = { entries: EntryRow[]; replayed: boolean }
type Decided = PostingRefusal | 'currency_not_found'
export type CommandRefusal = Decided | 'idempotency_conflict'

export type SendCommand = Omit<Command, 'postings' | 'refusal'> & {
  recipient: string
  currency: string
  amount: number
  memo: string
}
export type Sent = Omit<OutgoingTransfer, 'nextAttemptAt' | 'attempts'> & { replayed: boolean }

/** An incoming transfer, as the sender's object offers it. */
export type Credit = SendCommand & { sender: string }

const projectionBatchMax = 50
const deliveriesMax = 50
const retryMilliseconds = 2_000

export class WalletObject extends DurableObject<WalletEnv> {
  private readonly storage: WalletStorage
  private readonly reads: WalletReads
  /** When this instance last set the alarm for; only saves writes, since the constructor re-arms. */
  private armedFor = 0

  constructor(ctx: DurableObjectState, env: WalletEnv) {
    super(ctx, env)
    this.storage = new WalletStorage(ctx.storage.sql)
    this.reads = new WalletReads(this.storage)
    if (this.storage.reference() && this.workDue() !== undefined) this.arm(now())
  }

  balances(): (Balance & { currency: string })[] {
    return this.storage.balances()
  }

  /** The newest entries below sequence `before`, newest first. */
  entries(before: number, limit: number): EntryRow[] {
    return this.storage.entriesBefore(before, limit)
  }

  /** Applies a command once. A refusal is remembered too: the key never does anything else. */
  post(command: Command): Result<Posted, CommandRefusal> {
    const hash = requestHash(command.key, command.postings)
    return this.once(command, hash, () =>
      command.refusal ? fail(command.refusal) : this.apply(command),
    )
  }

  /** Takes the amount out, then offers it to the recipient until the recipient has said yes or no. */
  async send(command: SendCommand): Promise<Result<Sent, CommandRefusal>> {
    const { recipient, currency, amount, memo } = command
    const hash = requestHash(command.key, [recipient, currency, amount, memo])
    const posted = this.once(command, hash, () => {
      const decided = this.apply({ ...command, postings: [outgoingPosting(command)] })
      if (decided.ok) this.storage.insertOutgoing(newOutgoing(command))
      return decided
    })
    if (!posted.ok) return posted
    const [entry] = posted.value.entries
    const transferId = entry?.transferId ?? command.transferId
    await this.deliver(transferId)
    const { attempts, nextAttemptAt, ...sent } = this.storage.outgoing(transferId)!
    return ok({ ...sent, replayed: posted.value.replayed })
  }

  /** The recipient's side of a transfer: takes it or refuses it, once and for ever. */
  credit(credit: Credit): Result<Posted, CommandRefusal> {
    const { sender, currency, amount, memo } = credit
    const hash = requestHash(credit.key, [sender, currency, amount, memo])
    const posting: Posting = {
      kind: 'transfer_in',
      currency,
      amount,
      counterAccount: '@transit',
      counterparty: sender,
      memo,
    }
    return this.once(credit, hash, () => this.apply({ ...credit, postings: [posting] }))
  }

  /** Runs what is due if the alarm was lost. Called by the minutely sweep. */
  async poke(): Promise<void> {
    await this.alarm()
  }

  /**
   * At least once, perhaps twice: every step reads again and is idempotent. Never throws, so the alarm never gives up.
   * Money first: a transfer does not wait for the copy.
   */
  override async alarm(): Promise<void> {
    this.armedFor = 0
    const delivered = await this.attempt('wallet.deliver', () => this.deliverDue())
    const projected = await this.attempt('wallet.project', () => this.project())
    const due = this.workDue()
    if (due === undefined) return
    this.arm(delivered && projected ? due : Math.max(due, now() + retryMilliseconds))
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

  private async deliverDue(): Promise<void> {
    for (const { id, nextAttemptAt } of this.storage.unfinishedOutgoing(deliveriesMax)) {
      if (nextAttemptAt <= now()) await this.deliver(id)
    }
  }

  private once(
    { wallet, key }: Pick<Command, 'wallet' | 'key'>,
    hash: string,
    decide: () => Result<EntryRow[], Decided>,
  ): Result<Posted, CommandRefusal> {
    const result = this.ctx.storage.transactionSync((): Result<Posted, CommandRefusal> => {
      const seen = this.storage.command(key)
      if (seen) return this.replay(seen, hash)
      this.storage.open(wallet)
      const decided = decide()
      const entries = decided.ok ? decided.value : []
      this.storage.recordCommand(key, {
        requestHash: hash,
        refusal: decided.ok ? null : decided.code,
        firstSeq: entries[0]?.seq ?? 0,
        lastSeq: entries.at(-1)?.seq ?? -1,
      })
      return decided.ok ? ok({ entries, replayed: false }) : decided
    })
    if (result.ok && !result.value.replayed) this.arm(now())
    return result
  }

  /** What the key was answered with: the same entries, or the same refusal. */
  private replay(seen: CommandRecord, hash: string): Result<Posted, CommandRefusal> {
    if (seen.requestHash !== hash) return fail('idempotency_conflict')
    if (seen.refusal) return fail(seen.refusal as Decided)
    const entries = this.storage.entriesBetween(seen.firstSeq, seen.lastSeq)
    return ok({ entries, replayed: true })
  }

  /** Inside a transaction: decides every posting first and writes only if all are allowed. */
  private apply(command: Command): Result<EntryRow[], PostingRefusal> {
    const balances = new Map<string, Balance>()
    const entries: EntryRow[] = []
    let previous = this.storage.lastEntry() ?? { seq: 0, hash: genesisHash, at: 0 }
    for (const posting of command.postings) {
      const { currency, amount } = posting
      const before = balances.get(currency) ?? this.storage.balance(currency)
      const after = post(before, amount, amount > 0 ? this.storage.returning(currency) : 0)
      if (!after.ok) return after
      balances.set(currency, after.value)
      const { transferId, actor } = command
      const balanceAfter = after.value.posted
      // Never before the last entry, also when another machine's clock made that one.
      const at = Math.max(now(), previous.at)
      const entry = nextEntry(previous, posting, { transferId, actor, at, balanceAfter })
      entries.push(entry)
      previous = entry
    }
    for (const entry of entries) this.storage.insertEntry(entry)
    for (const [currency, balance] of balances) this.storage.setBalance(currency, balance)
    return ok(entries)
  }

  /** One attempt to finish a transfer. An unknown outcome keeps the row: it is retried, never refunded. */
  private async deliver(id: string): Promise<void> {
    const transfer = this.storage.outgoing(id)
    const wallet = this.storage.reference()
    if (!transfer || !wallet || transfer.state !== 'SENT') return
    const { attempts } = transfer
    this.storage.postponeOutgoing(id, attempts + 1, now() + retryDelay(attempts))
    this.arm(now() + retryDelay(attempts))
    const verdict = await this.offer(wallet, transfer)
    if (verdict) this.settle(wallet, id, verdict)
  }

  private async offer(
    { projectId, walletId }: WalletReference,
    { id, recipient, currency, amount, memo }: OutgoingTransfer,
  ): Promise<Result<Posted, CommandRefusal> | undefined> {
    // A new stub each time: one that threw stays broken.
    const stub = this.env.WALLETS.getByName(`${projectId}/${recipient}`)
    const wallet = { projectId, walletId: recipient }
    const source = { transferId: id, actor: `wallet:${walletId}`, sender: walletId }
    const credit = { ...source, wallet, key: `credit:${id}`, recipient, currency, amount, memo }
    try {
      return await Promise.race([
        stub.credit(credit),
        new Promise<undefined>((resolve) => setTimeout(resolve, deliveryTimeoutMilliseconds)),
      ])
    } catch (error) {
      logError('wallet', 'wallet.deliver', error)
      return undefined
    }
  }

  /** Ends a transfer: done, or the amount comes back. Another attempt may have ended it while this one waited. */
  private settle(
    wallet: WalletReference,
    id: string,
    verdict: Result<Posted, CommandRefusal>,
  ): void {
    this.ctx.storage.transactionSync(() => {
      const transfer = this.storage.outgoing(id)
      if (!transfer || transfer.state !== 'SENT') return
      if (verdict.ok) return this.storage.finishOutgoing(id, 'COMPLETED', null)
      // Ended first, so that the room that was kept for its return is free for it.
      this.storage.finishOutgoing(id, 'REFUNDED', verdict.code)
      const { amount } = transfer
      const refund: Posting = { ...outgoingPosting(transfer), kind: 'transfer_refund', amount }
      const key = `refund:${id}`
      const back = this.apply({ wallet, key, transferId: id, actor: 'system', postings: [refund] })
      if (!back.ok) throw new Error(`The refund of ${id} was refused: ${back.code}`)
    })
    this.arm(now())
  }

  /** Copies new entries to D1 and announces them; both drop what they have, so a crash in between costs nothing. */
  private async project(): Promise<void> {
    const wallet = this.storage.reference()
    if (!wallet) return
    const last = this.storage.lastEntry()?.seq ?? 0
    for (let done = this.storage.projectedSeq(); done < last; done += projectionBatchMax) {
      const entries = this.storage.entriesBetween(done + 1, done + projectionBatchMax)
      await projectEntries(this.env, wallet, entries, this.storage.balances())
      this.storage.setProjectedSeq(entries.at(-1)!.seq)
    }
    this.reads.checkpoint()
  }

  /** When something is to be done next; undefined when all is projected and every transfer has ended. */
  private workDue(): number | undefined {
    const last = this.storage.lastEntry()?.seq ?? 0
    if (this.storage.projectedSeq() < last) return now()
    return this.storage.unfinishedOutgoing(1)[0]?.nextAttemptAt
  }

  /** Sets the alarm unless an earlier one is set and has not run: a busy wallet must not push it away for ever. */
  private arm(at: number): void {
    if (this.armedFor !== 0 && this.armedFor <= at) return
    this.armedFor = at
    void this.ctx.storage.setAlarm(at)
  }

  history(query: HistoryQuery) {
    return this.reads.history(query)
  }

  state(moment?: Moment) {
    return this.reads.state(moment)
  }
}
