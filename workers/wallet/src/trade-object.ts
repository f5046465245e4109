/** One object per trade: it decides in one synchronous stretch, then asks both wallets and the shop until what was decided is done. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import { logError } from '@coinop/shared/log'
import { ObjectAlarm } from '@coinop/shared/object-alarm'
import { fail, ok, type Result } from '@coinop/shared/result'
import { askShop } from './trade-pieces.ts'
import { publishTrade } from './trade-projection.ts'
import {
  type Answers,
  cancel,
  type Change,
  confirm,
  digestOf,
  expire,
  type Offer,
  refuse,
  setOffer,
  settle,
  sideOf,
  type Trade,
  type TradeRefusal,
  type TradeSide,
  tradeSides,
  type TradeStep,
} from './trade-rules.ts'
import { type HistoryRow, TradeStorage } from './trade-storage.ts'
import { askWallet, capsForTrade } from './trade-wallets.ts'
import { retryDelay } from './transfer-rules.ts'

type Common = { userId: string; actor: string; key: string; requestHash: string }
export type TradeCommand = Common &
  ({ do: 'offer'; offer: Offer } | { do: 'confirm'; digest: string } | { do: 'cancel' })
export type Traded = { trade: Trade; replayed: boolean }
export type TradeCommandRefusal = TradeRefusal | 'not_found' | 'idempotency_conflict'

const publishedMax = 50
const retryMilliseconds = 2_000
/** After a run that ended in the middle, the next is set before the work: six such runs and there would be none. */
const rescueMilliseconds = 10_000
/** From the agreement to the end there are two phases; each run goes as far as the wallets answer. */
const phasesMax = 3

export class TradeObject extends CountedObject<WalletEnv> {
  private readonly rows: TradeStorage
  private readonly nextAlarm: ObjectAlarm
  /** The run that is under way: two at once would only ask the wallets twice. */
  private settling: Promise<void> | undefined

  constructor(ctx: DurableObjectState, env: WalletEnv) {
    super(ctx, env)
    this.nextAlarm = new ObjectAlarm(ctx.storage)
    this.rows = new TradeStorage(this.sql)
    this.armIfDue()
  }

  trade(): Trade | undefined {
    return this.rows.trade()
  }

  history(after: number, limit: number): HistoryRow[] {
    return this.rows.trade() ? this.rows.history(after, limit) : []
  }

  /** Begins the trade, once: its id belongs to one request. */
  async create(trade: Trade, actor: string): Promise<Traded> {
    const existing = this.rows.trade()
    if (existing) return { trade: existing, replayed: true }
    this.ctx.storage.transactionSync(() => {
      this.rows.create(trade)
      const by = { userId: trade.initiator.userId, actor }
      const steps: TradeStep[] = trade.version > 0 ? ['created', 'offered'] : ['created']
      this.record({ trade, steps }, by)
    })
    this.armIfDue()
    // So that the next one is counted with this one.
    await this.attempt('trade.publish', () => this.publish())
    return { trade: this.rows.trade()!, replayed: false }
  }

  /** Applies a command of one of the two once. A refusal changes nothing and is not remembered. */
  async execute(command: TradeCommand): Promise<Result<Traded, TradeCommandRefusal>> {
    const decided = this.ctx.storage.transactionSync(() => this.decide(command))
    if (!decided.ok) return decided
    this.armIfDue()
    // Whoever asks for it again drives it on, too.
    if (isSettling(this.rows.trade()!)) await this.attempt('trade.settle', () => this.run())
    return ok({ trade: this.rows.trade()!, replayed: decided.value })
  }

  /** Runs what is due if the alarm was lost. Called by the minutely sweep. */
  async poke(): Promise<void> {
    await this.alarm()
  }

  /** At least once, perhaps twice: every step reads again and is idempotent. Never throws, so the alarm never gives up. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    if (!this.rows.trade()) return
    this.nextAlarm.forget()
    if (info?.isRetry) this.nextAlarm.arm(now() + rescueMilliseconds)
    const done = [
      await this.attempt('trade.expire', async () => this.change((trade) => expire(trade, now()))),
      await this.attempt('trade.settle', () => this.settleIfDue()),
      await this.attempt('trade.publish', () => this.publish()),
    ]
    const due = this.workDue()
    if (due === undefined) return
    this.nextAlarm.forget()
    this.nextAlarm.arm(done.every(Boolean) ? due : Math.max(due, now() + retryMilliseconds))
  }

  /** Inside a transaction. True when the key has done this before. */
  private decide(command: TradeCommand): Result<boolean, TradeCommandRefusal> {
    const trade = this.rows.trade()
    const side = trade && sideOf(trade, command.userId)
    if (!trade || !side) return fail('not_found')
    const seen = this.rows.requestHash(command.key)
    if (seen !== undefined) {
      return seen === command.requestHash ? ok(true) : fail('idempotency_conflict')
    }
    const decided = apply(trade, side, command)
    if (!decided.ok) return decided
    const { trade: next, steps } = decided.value
    // An offer that stays what it was is remembered too: its key must not undo a later one.
    if (steps.length > 0 || command.do === 'offer') {
      this.rows.recordCommand(command.key, command.requestHash)
      this.rows.save(next)
      this.record(decided.value, command)
    }
    return ok(false)
  }

  private async settleIfDue(): Promise<void> {
    const trade = this.rows.trade()
    if (trade && isSettling(trade) && trade.nextAttemptAt <= now()) await this.run()
  }

  private run(): Promise<void> {
    this.settling ??= this.settle().finally(() => {
      this.settling = undefined
    })
    return this.settling
  }

  /** Asks the wallets and the shop what the phase wants of them, phase after phase, until one does not answer. */
  private async settle(): Promise<void> {
    for (let round = 0; round < phasesMax; round++) {
      const trade = this.rows.trade()!
      if (!isSettling(trade)) return
      // What was decided is on disk before anybody hears of it.
      await this.ctx.storage.sync()
      const answers = await this.answers(trade)
      const next = this.change((current) =>
        'failure' in answers
          ? refuse(current, answers.failure, now())
          : settle(current, answers.answers, now()),
      )
      if (next.phase === trade.phase) return this.postpone()
    }
  }

  private async answers(
    trade: Trade,
  ): Promise<{ answers: Answers } | { failure: { userId: string; code: string } }> {
    const caps = trade.phase === 'holding' ? await capsForTrade(this.outside, trade) : ok({})
    if (!caps.ok) return { failure: { userId: '', code: caps.code } }
    const [initiator, partner, pieces] = await Promise.all([
      ...tradeSides.map((side) => this.ask(trade, side, caps.value)),
      this.askShop(trade),
    ])
    const wallets = { ...(initiator && { initiator }), ...(partner && { partner }) }
    return { answers: { ...wallets, ...(pieces && { pieces }) } }
  }

  private askShop(trade: Trade) {
    return askShop(this.outside.SHOP_TRADES, trade)
  }

  private ask(trade: Trade, side: TradeSide, caps: Record<string, number>) {
    return askWallet(this.outside.WALLETS, trade, side, caps)
  }

  /** Reads again, decides and writes in one stretch. */
  private change(decide: (trade: Trade) => Change): Trade {
    const changed = this.ctx.storage.transactionSync(() => {
      const trade = this.rows.trade()!
      const change = decide(trade)
      if (JSON.stringify(change.trade) === JSON.stringify(trade)) return trade
      this.rows.save(change.trade)
      this.record(change, bySystem)
      return change.trade
    })
    this.armIfDue()
    return changed
  }

  private postpone(): void {
    this.change((trade) => ({
      trade: {
        ...trade,
        attempts: trade.attempts + 1,
        nextAttemptAt: now() + retryDelay(trade.attempts),
      },
      steps: [],
    }))
  }

  private record({ trade, steps }: Change, { userId, actor }: { userId: string; actor: string }) {
    for (const step of steps) {
      const isTheirs = step === 'created' || step === 'offered' || step === 'confirmed'
      const by = isTheirs || step === 'cancelled' ? { userId, actor } : bySystem
      const detail = JSON.stringify(detailOf(trade, step, userId))
      const at = step === 'expired' ? trade.endedAt : now()
      this.rows.record({ step, ...by, version: trade.version, detail, at })
    }
  }

  /** Copies the trade to D1 and announces its new steps; both drop what they have. */
  private async publish(): Promise<void> {
    for (;;) {
      const steps = this.rows.history(this.rows.publishedSeq(), publishedMax)
      if (steps.length === 0) return
      await publishTrade(this.outside, this.rows.trade()!, steps)
      this.rows.setPublishedSeq(steps.at(-1)!.seq)
    }
  }

  private async attempt(operation: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      logError('wallet', operation, error)
      return false
    }
  }

  private workDue(): number | undefined {
    const trade = this.rows.trade()
    if (!trade) return undefined
    if (this.rows.history(this.rows.publishedSeq(), 1).length > 0) return now()
    if (trade.phase === 'open') return trade.expiresAt
    return isSettling(trade) ? trade.nextAttemptAt : undefined
  }

  private armIfDue(): void {
    const due = this.workDue()
    if (due !== undefined) this.nextAlarm.arm(due)
  }
}

const bySystem = { userId: '', actor: 'system' }

const isSettling = ({ phase }: Trade) => phase !== 'open' && phase !== 'done'

function apply(trade: Trade, side: TradeSide, command: TradeCommand): Result<Change, TradeRefusal> {
  switch (command.do) {
    case 'offer':
      return setOffer(trade, side, command.offer, now())
    case 'confirm':
      return confirm(trade, side, command.digest, now())
    case 'cancel':
      break
  }
  return cancel(trade, now())
}

function detailOf(trade: Trade, step: TradeStep, userId: string): object {
  const side = sideOf(trade, userId)
  if (step === 'offered' && side) return { offer: trade[side].offer }
  if (step === 'confirmed' || step === 'agreed') return { digest: digestOf(trade) }
  return step === 'failed' && trade.failure ? { failure: trade.failure } : {}
}
