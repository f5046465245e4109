/** Named entrypoints, one per privilege: the shop can charge but not deposit, games can settle and reward but not charge. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { fail, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { type Asked, type Settled, settleEach } from '@coinop/shared/together'
import type { Posted, Verdict } from './commands.ts'
import { listCurrencies } from './currencies.ts'
import { holderExists, meetHolders } from './holders.ts'
import {
  captureHold,
  type HoldAnswer,
  type HoldMovementRefusal,
  openHold,
  voidHold,
} from './hold-movements.ts'
import type { Currency, WalletBalance } from './model.ts'
import {
  balanceOf,
  move,
  type MovementRefusal,
  type NewTransfer,
  transfer,
  type Transferred,
  type TransferRefusal,
  walletOf,
} from './movements.ts'
import { refundCharge, type ReversalMovementRefusal } from './reversals.ts'
import {
  chargeSteps,
  depositSteps,
  heldStake,
  payoutOf,
  rewardSteps,
  settlementSteps,
  type Stake,
  withdrawSteps,
} from './steps.ts'

/** `reference` is the order's id: it is the idempotency key and stands in the entry. `amount` is minor units, above 0. */
export type Charge = {
  walletId: string
  reference: string
  currency: string
  amount: number
  memo: string
}
/** Undoes the charge of that reference, all of it or `amount`. */
export type Refund = Pick<Charge, 'walletId' | 'reference' | 'memo'> & { amount?: number }
/** A currency's cap only refuses deposits and transfers. */
type UncappedRefusal = Exclude<MovementRefusal, 'currency_cap_exceeded'>

/** Each is a request to an object, and may ask for its currency. */
const askedMax = 25

export class WalletCharges extends CountedEntrypoint<WalletEnv> {
  /** Takes the price of an order, once. */
  async charge(caller: Caller, charge: Charge): Promise<Verdict<Posted, UncappedRefusal>> {
    return rpcOperation('wallet', 'charges.charge', caller, async () =>
      uncapped(
        await move(this.env, caller, {
          walletId: charge.walletId,
          key: `charge:${charge.reference}`,
          transferId: charge.reference,
          currency: charge.currency,
          steps: chargeSteps(charge.amount),
          final: true,
          memo: charge.memo,
          later: this.ctx,
        }),
      ),
    )
  }

  /** `charge` for many orders, at most 25, in one invocation: for schedules. */
  chargeEach(asked: Asked<Charge>[]) {
    return forEach(this.env, asked, (caller, charge) => this.charge(caller, charge))
  }

  /** `refund` for many orders. */
  refundEach(asked: Asked<Refund>[]) {
    return forEach(this.env, asked, (caller, refund) => this.refund(caller, refund))
  }

  /** Gives a charge back, once. Of other movements than charges it knows nothing. */
  async refund(caller: Caller, refund: Refund): Promise<Result<Posted, ReversalMovementRefusal>> {
    return rpcOperation('wallet', 'charges.refund', caller, () =>
      refundCharge(this.env, caller, refund),
    )
  }

  /** What a wallet holds now, for what an item requires; undefined when nobody of that id exists. */
  async balance(caller: Caller, walletId: string): Promise<WalletBalance | undefined> {
    return rpcOperation('wallet', 'balance.get', caller, () =>
      balanceOf(this.env, caller, walletId),
    )
  }

  /** What was decided for an order; undefined when the wallet has not been asked for it. */
  async find(
    caller: Caller,
    { walletId, reference }: Pick<Charge, 'walletId' | 'reference'>,
  ): Promise<Verdict<Posted, UncappedRefusal> | undefined> {
    return rpcOperation('wallet', 'charges.find', caller, async () => {
      if (!(await holderExists(this.env.PLAYERS, caller, walletId))) return undefined
      const wallet = walletOf(this.env, caller, walletId)
      const found: unknown = await wallet.verdict(`charge:${reference}`)
      return found as Verdict<Posted, UncappedRefusal> | undefined
    })
  }
}

export type { Stake } from './steps.ts'

/** A finished round. `stake` is above 0; `payout` is 0 when the player lost. Minor units. */
export type Settlement = {
  walletId: string
  roundId: string
  currency: string
  stake: number
  payout: number
  memo: string
}
export type HeldRound = { walletId: string; roundId: string; payout: number }

export class WalletSettlements extends CountedEntrypoint<WalletEnv> {
  /** Takes the stake and pays the payout in one step, once per round. */
  async settle(caller: Caller, round: Settlement): Promise<Verdict<Posted, UncappedRefusal>> {
    return rpcOperation('wallet', 'settlements.settle', caller, async () =>
      uncapped(
        await move(this.env, caller, {
          walletId: round.walletId,
          key: `settle:${round.roundId}`,
          transferId: round.roundId,
          currency: round.currency,
          steps: settlementSteps(round.stake, round.payout),
          final: true,
          memo: round.memo,
          later: this.ctx,
        }),
      ),
    )
  }

  /** `settle` for many rounds, at most 25. */
  settleEach(asked: Asked<Settlement>[]) {
    return forEach(this.env, asked, (caller, round) => this.settle(caller, round))
  }

  /** `settleHeld` for many rounds, at most 25. */
  settleHeldEach(asked: Asked<HeldRound>[]) {
    return forEach(this.env, asked, (caller, round) => this.settleHeld(caller, round))
  }

  /** `hold` for many rounds, at most 25. */
  holdEach(asked: Asked<Stake>[]) {
    return forEach(this.env, asked, (caller, round) => this.hold(caller, round))
  }

  /** `release` for many rounds, at most 25. */
  releaseEach(asked: Asked<Omit<HeldRound, 'payout'>>[]) {
    return forEach(this.env, asked, (caller, round) => this.release(caller, round))
  }

  /** Sets the stake of a round aside, once per round. */
  async hold(caller: Caller, round: Stake): Promise<Result<HoldAnswer, HoldMovementRefusal>> {
    return rpcOperation('wallet', 'settlements.hold', caller, () =>
      openHold(this.env, caller, heldStake(round)),
    )
  }

  /** Takes the stake that was set aside and pays the payout in one step. */
  async settleHeld(
    caller: Caller,
    { walletId, roundId, payout }: HeldRound,
  ): Promise<Result<HoldAnswer, HoldMovementRefusal>> {
    const end = { walletId, holdId: roundId, key: `settle:${roundId}`, account: '@house' as const }
    return rpcOperation('wallet', 'settlements.settle-held', caller, () =>
      captureHold(this.env, caller, { ...end, payout: payoutOf(payout) }),
    )
  }

  /** Gives the stake back: the round does not take place. */
  async release(
    caller: Caller,
    { walletId, roundId }: Omit<HeldRound, 'payout'>,
  ): Promise<Result<HoldAnswer, HoldMovementRefusal>> {
    const end = { walletId, holdId: roundId, key: `release:${roundId}`, account: '@house' as const }
    return rpcOperation('wallet', 'settlements.release', caller, () =>
      voidHold(this.env, caller, end),
    )
  }
}

/** `reference` names what is rewarded, for example a day. `amount` is minor units, above 0. */
export type Reward = Charge

export class WalletRewards extends CountedEntrypoint<WalletEnv> {
  /** Pays a reward out of newly made money, once per reference. */
  async reward(caller: Caller, reward: Reward): Promise<Verdict<Posted, UncappedRefusal>> {
    return rpcOperation('wallet', 'rewards.reward', caller, async () =>
      uncapped(
        await move(this.env, caller, {
          walletId: reward.walletId,
          key: `reward:${reward.reference}`,
          transferId: reward.reference,
          currency: reward.currency,
          steps: rewardSteps(reward.amount),
          memo: reward.memo,
          later: this.ctx,
        }),
      ),
    )
  }

  /** `reward` for many at once, at most 25. */
  rewardEach(asked: Asked<Reward>[]) {
    return forEach(this.env, asked, (caller, reward) => this.reward(caller, reward))
  }
}

/** `reference` is the client's key, for example a Discord interaction's id. */
export type Adjustment = Charge

export class WalletDeposits extends CountedEntrypoint<WalletEnv> {
  /** Puts newly made money into a wallet, once per reference: what a manager gives. */
  async deposit(caller: Caller, given: Adjustment): Promise<Verdict<Posted, MovementRefusal>> {
    return rpcOperation('wallet', 'deposits.deposit', caller, () =>
      move(this.env, caller, {
        walletId: given.walletId,
        key: `give:${given.reference}`,
        currency: given.currency,
        steps: depositSteps(given.amount),
        memo: given.memo,
        later: this.ctx,
      }),
    )
  }

  /** Takes money out of the world, once per reference: what a manager takes. */
  async withdraw(caller: Caller, taken: Adjustment): Promise<Verdict<Posted, MovementRefusal>> {
    return rpcOperation('wallet', 'deposits.withdraw', caller, () =>
      move(this.env, caller, {
        walletId: taken.walletId,
        key: `take:${taken.reference}`,
        currency: taken.currency,
        steps: withdrawSteps(taken.amount),
        memo: taken.memo,
        later: this.ctx,
      }),
    )
  }
}

export class WalletTransfers extends CountedEntrypoint<WalletEnv> {
  /** The project's currencies, oldest first: the first one is what a command means that names none. */
  async currencies(caller: Caller): Promise<Currency[]> {
    return rpcOperation('wallet', 'currencies.list', caller, () =>
      listCurrencies(this.env.WALLET_DB, caller.projectId),
    )
  }

  /** What a wallet holds now; undefined when nobody of that id exists. */
  async balance(caller: Caller, walletId: string): Promise<WalletBalance | undefined> {
    return rpcOperation('wallet', 'balance.get', caller, () =>
      balanceOf(this.env, caller, walletId),
    )
  }

  /** Moves money between two wallets, once per key. */
  async transfer(
    caller: Caller,
    order: NewTransfer,
  ): Promise<Result<Transferred, TransferRefusal>> {
    return rpcOperation('wallet', 'transfers.create', caller, () =>
      transfer(this.env, caller, order),
    )
  }
}

function uncapped(verdict: Verdict<Posted, MovementRefusal>): Verdict<Posted, UncappedRefusal> {
  if (verdict.ok) return verdict
  if (verdict.code === 'currency_cap_exceeded')
    throw new Error('A cap refused what it does not bind.')
  return fail(verdict.code)
}

/** Each as if it were the only one; who exists is asked of auth once. */
async function forEach<I extends { walletId: string }, V>(
  { PLAYERS }: WalletEnv,
  asked: Asked<I>[],
  perform: (caller: Caller, input: I) => Promise<V>,
): Promise<Settled<V>[]> {
  if (asked.length > askedMax) throw new RangeError(`At most ${askedMax} movements at once.`)
  const holders = asked.map(({ caller: { projectId }, input: { walletId: userId } }) => {
    return { projectId, userId }
  })
  await meetHolders(PLAYERS, holders)
  return settleEach(asked, ({ caller, input }) => perform(caller, input))
}
