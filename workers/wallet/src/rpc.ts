/** Named entrypoints, one per privilege: the shop can charge but not deposit, games can settle and reward but not charge. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Caller } from '@coinop/shared/caller'
import type { Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { listCurrencies } from './currencies.ts'
import type { Currency, WalletBalance } from './model.ts'
import {
  balanceOf,
  move,
  type MovementRefusal,
  type NewTransfer,
  transfer,
  type Transferred,
  type TransferRefusal,
} from './movements.ts'
import { chargeSteps, rewardSteps, settlementSteps } from './steps.ts'
import type { Posted } from './wallet-object.ts'

/** `reference` is the order's id: it is the idempotency key and stands in the entry. `amount` is minor units, above 0. */
export type Charge = {
  walletId: string
  reference: string
  currency: string
  amount: number
  memo: string
}

export class WalletCharges extends WorkerEntrypoint<WalletEnv> {
  /** Takes the price of an order, once. */
  async charge(caller: Caller, charge: Charge): Promise<Result<Posted, MovementRefusal>> {
    return rpcOperation('wallet', 'charges.charge', caller, () =>
      move(this.env, caller, {
        walletId: charge.walletId,
        key: `charge:${charge.reference}`,
        transferId: charge.reference,
        currency: charge.currency,
        steps: chargeSteps(charge.amount),
        final: true,
        memo: charge.memo,
      }),
    )
  }
}

/** A finished round. `stake` is above 0; `payout` is 0 when the player lost. Minor units. */
export type Settlement = {
  walletId: string
  roundId: string
  currency: string
  stake: number
  payout: number
  memo: string
}

export class WalletSettlements extends WorkerEntrypoint<WalletEnv> {
  /** Takes the stake and pays the payout in one step, once per round. */
  async settle(caller: Caller, round: Settlement): Promise<Result<Posted, MovementRefusal>> {
    return rpcOperation('wallet', 'settlements.settle', caller, () =>
      move(this.env, caller, {
        walletId: round.walletId,
        key: `settle:${round.roundId}`,
        transferId: round.roundId,
        currency: round.currency,
        steps: settlementSteps(round.stake, round.payout),
        final: true,
        memo: round.memo,
      }),
    )
  }
}

/** `reference` names what is rewarded, for example a day. `amount` is minor units, above 0. */
export type Reward = Charge

export class WalletRewards extends WorkerEntrypoint<WalletEnv> {
  /** Pays a reward out of newly made money, once per reference. */
  async reward(caller: Caller, reward: Reward): Promise<Result<Posted, MovementRefusal>> {
    return rpcOperation('wallet', 'rewards.reward', caller, () =>
      move(this.env, caller, {
        walletId: reward.walletId,
        key: `reward:${reward.reference}`,
        transferId: reward.reference,
        currency: reward.currency,
        steps: rewardSteps(reward.amount),
        memo: reward.memo,
      }),
    )
  }
}

export class WalletTransfers extends WorkerEntrypoint<WalletEnv> {
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
