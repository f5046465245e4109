/** Random commands for the model test: they name holds and movements that the model knows, and some that nobody does. */
import type { BatchStep, LedgerCommand } from './commands.ts'
import { escrowKeys } from './escrow-rules.ts'
import type { EscrowPart } from './escrow-storage.ts'
import type { EntryKind, Posting, SystemAccount } from './ledger-rules.ts'
import type { ModelWallet } from './test-model.ts'
import type { Random } from './test-random.ts'

const max = Number.MAX_SAFE_INTEGER
const currencies = ['COIN', 'GEM']
const wallet = { projectId: 'prj_model', walletId: 'usr_model' }
const holdAccounts = ['@shop', '@house'] as const
const accounts = { deposit: '@mint', withdraw: '@burn', charge: '@shop' } as const

type Given = {
  random: Random
  common: Pick<LedgerCommand, 'wallet' | 'key' | 'transferId' | 'actor' | 'caps'>
  currency: string
  amount: number
}

/** Mostly small, so that most fit; sometimes near the largest that is exact. */
const amountOf = (random: Random): number =>
  random.below(20) === 0 ? max - random.below(1_000) : 1 + random.below(200)

export const postingOf = (
  kind: EntryKind,
  currency: string,
  amount: number,
  counterAccount: SystemAccount,
): Posting => ({ kind, currency, amount, counterAccount, counterparty: '', memo: '' })

export class CommandMaker {
  private readonly model: ModelWallet

  constructor(model: ModelWallet) {
    this.model = model
  }

  command(random: Random, index: number): LedgerCommand {
    const currency = random.pick(currencies)
    const common = {
      wallet,
      key: `key:${index}`,
      transferId: `id_${String(index).padStart(3, '0')}`,
      actor: 'test',
      ...(random.below(6) === 0 && { caps: { [currency]: 500 } }),
    }
    const given = { random, common, currency, amount: amountOf(random) }
    return this.noted(random.pick(this.makers)(given))
  }

  private readonly makers: ((given: Given) => LedgerCommand)[] = [
    (given) => this.post('deposit', given),
    (given) => this.post('deposit', given),
    (given) => this.post(given.random.pick(['charge', 'withdraw']), given),
    ({ random, common, currency, amount }) => {
      const win = postingOf('payout', currency, amountOf(random), '@house')
      const stake = postingOf('stake', currency, -amount, '@house')
      return { do: 'post', ...common, postings: [stake, win] }
    },
    ({ random, common, currency, amount }) => {
      const account = random.pick(holdAccounts)
      const hold = { currency, amount, account, memo: '', seconds: 1 + random.below(60) }
      return { do: 'hold', ...common, hold }
    },
    ({ random, common }) => {
      const part = random.below(2) === 0 ? {} : { amount: amountOf(random) }
      const payout = random.below(3) === 0 ? { payout: amountOf(random) } : {}
      const account = random.pick(holdAccounts)
      return {
        do: 'capture',
        ...common,
        holdId: this.someHold(random),
        account,
        ...part,
        ...payout,
      }
    },
    ({ random, common }) => {
      const account = random.pick(holdAccounts)
      return { do: 'void', ...common, holdId: this.someHold(random), account }
    },
    ({ common, currency, amount }) => ({
      do: 'send',
      ...common,
      recipient: 'usr_other',
      currency,
      amount,
      memo: '',
    }),
    ({ common, currency, amount }) => ({
      do: 'credit',
      ...common,
      key: `credit:${common.transferId}`,
      recipient: wallet.walletId,
      sender: 'usr_other',
      currency,
      amount,
      memo: '',
    }),
    (given) => this.reversal(given),
    (given) => this.batch(given),
    (given) => this.trade(given),
    (given) => this.nextOfTrade(given),
    (given) => this.nextOfTrade(given),
  ]

  private post(
    kind: 'deposit' | 'charge' | 'withdraw',
    { common, currency, amount }: Given,
  ): LedgerCommand {
    const signed = kind === 'deposit' ? amount : -amount
    return { do: 'post', ...common, postings: [postingOf(kind, currency, signed, accounts[kind])] }
  }

  private reversal({ random, common }: Given): LedgerCommand {
    const ids = [...this.model.undoable.keys(), 'id_none']
    const kinds: EntryKind[] = ['deposit', 'withdraw', 'charge', 'transfer_in']
    const part = random.below(2) === 0 ? {} : { amount: amountOf(random) }
    return { do: 'reverse', ...common, transferId: random.pick(ids), kinds, memo: '', ...part }
  }

  private batch({ random, common }: Given): LedgerCommand {
    const steps = Array.from({ length: 1 + random.below(4) }, (_, index): BatchStep => {
      const id = `${common.transferId}_${index}`
      const currency = random.pick(currencies)
      const holdId = this.someHold(random)
      const amount = amountOf(random)
      const hold = { currency, amount, account: '@shop' as const, memo: '', seconds: 30 }
      return random.pick<BatchStep>([
        { do: 'post', id, posting: postingOf('deposit', currency, amount, '@mint') },
        { do: 'post', id, posting: postingOf('withdraw', currency, -amount, '@burn') },
        { do: 'hold', id, hold },
        { do: 'capture', holdId },
        { do: 'void', holdId },
      ])
    })
    return { do: 'batch', ...common, steps }
  }

  private trade({ random, common }: Given): LedgerCommand {
    const { tooLate } = this.model.trades
    const isLate = tooLate.length > 0 && random.below(4) === 0
    const tradeId = isLate ? random.pick(tooLate) : `trd_${common.transferId}`
    const sideOf = (side: string) =>
      currencies
        .filter(() => random.below(2) === 0)
        .map((currency): EscrowPart => {
          const transferId = `${tradeId}_${side}_${currency}`
          return { transferId, currency, amount: amountOf(random) }
        })
    const parts = { counterparty: 'usr_partner', gives: sideOf('gives'), receives: sideOf('gets') }
    const key = escrowKeys.escrow(tradeId)
    return { do: 'escrow', ...common, ...parts, act: 'hold', transferId: tradeId, key }
  }

  /** What may follow in a trade: its payment, what the partner pays, or its release; now and then that of a trade that never began. */
  private nextOfTrade({ random, common }: Given): LedgerCommand {
    const trades = this.model.trades.underWay()
    const trade = random.below(8) > 0 && trades.length > 0 ? random.pick(trades) : undefined
    const transferId = trade?.id ?? `trd_none_${common.transferId}`
    const same = { do: 'escrow' as const, ...common, transferId }
    if (!trade || (trade.phase === 'held' && random.below(2) === 0)) {
      return { ...same, act: 'release', key: escrowKeys.release(transferId) }
    }
    const [part] = trade.receives
    if (!part || random.below(2) === 0) {
      return { ...same, act: 'pay', key: escrowKeys.pay(transferId) }
    }
    const credit = { ...common, ...part, key: `credit:${part.transferId}`, memo: trade.id }
    const between = { recipient: wallet.walletId, sender: trade.counterparty }
    return { do: 'credit', ...credit, ...between, kind: 'trade' }
  }

  private someHold(random: Random): string {
    return random.pick([...this.model.holds.ids().slice(-4), 'id_none'])
  }

  /** Remembers what a later reversal can name. */
  private noted(command: LedgerCommand): LedgerCommand {
    const { do: what, transferId } = command
    if (what === 'credit') {
      const { currency, amount, sender: from } = command
      const kind = command.kind === 'trade' ? 'trade_in' : 'transfer_in'
      this.model.undoable.set(transferId, { kind, currency, amount, from })
    }
    if (what === 'post') {
      const { kind, currency, amount } = command.postings[0]!
      const undone = { kind, currency, amount: Math.abs(amount), from: '' }
      if (kind in accounts) this.model.undoable.set(transferId, undone)
    }
    return command
  }
}
