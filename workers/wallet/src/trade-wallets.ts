/** What a trade asks of the wallets of its two sides, and what their answers mean to it. */
import { derivedId } from '@coinop/shared/ids'
import { logError } from '@coinop/shared/log'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { LedgerRefusal, Verdict } from './commands.ts'
import { capsOf, useCurrency } from './currencies.ts'
import { escrowKeys } from './escrow-rules.ts'
import type { EscrowPart } from './escrow-storage.ts'
import {
  type Answers,
  type Escrow,
  otherSide,
  type Trade,
  type TradeSide,
  tradeSides,
} from './trade-rules.ts'
import { deliveryTimeoutMilliseconds } from './transfer-rules.ts'

type Answer = Answers[TradeSide]

/** The caps of all its currencies; refused when one may no longer be traded. */
export async function capsForTrade(
  env: Pick<WalletEnv, 'WALLET_DB'>,
  trade: Trade,
): Promise<Result<Record<string, number>, 'currency_not_found' | 'currency_not_transferable'>> {
  const caps: Record<string, number> = {}
  for (const side of tradeSides) {
    for (const { currency } of trade[side].offer.currencies) {
      const known = await useCurrency(env.WALLET_DB, trade.projectId, currency)
      if (!known) return fail('currency_not_found')
      if (!known.transferable) return fail('currency_not_transferable')
      Object.assign(caps, capsOf(known))
    }
  }
  return ok(caps)
}

/** Who has said this is not asked again in that phase. What was refused left nothing behind that could be released. */
const answered: Record<Trade['phase'], Escrow[]> = {
  open: [],
  holding: ['held', 'refused'],
  paying: ['paid'],
  releasing: ['released', 'refused'],
  done: [],
}

/** One attempt; undefined when the outcome is unknown, and then the same is asked again. */
export async function askWallet(
  wallets: WalletEnv['WALLETS'],
  trade: Trade,
  side: TradeSide,
  caps: Record<string, number>,
): Promise<Answer> {
  const { escrow, userId } = trade[side]
  if (answered[trade.phase].includes(escrow)) return undefined
  const stub = wallets.getByName(`${trade.projectId}/${userId}`)
  try {
    return await Promise.race([
      askOnce(stub, trade, side, caps),
      new Promise<undefined>((resolve) => setTimeout(resolve, deliveryTimeoutMilliseconds)),
    ])
  } catch (error) {
    logError('wallet', `trade.${trade.phase}`, error)
    return undefined
  }
}

async function askOnce(
  stub: ReturnType<WalletEnv['WALLETS']['getByName']>,
  trade: Trade,
  side: TradeSide,
  caps: Record<string, number>,
): Promise<Answer> {
  const { projectId, id } = trade
  const wallet = { projectId, walletId: trade[side].userId }
  const same = { wallet, transferId: id, actor: `trade:${id}` }
  switch (trade.phase) {
    case 'holding': {
      const counterparty = trade[otherSide(side)].userId
      const gives = partsOf(trade, side)
      const receives = partsOf(trade, otherSide(side))
      const parts = { counterparty, gives, receives, caps }
      const key = escrowKeys.escrow(id)
      const held: Verdict<unknown, LedgerRefusal> = await stub.execute({
        ...same,
        ...parts,
        do: 'escrow',
        act: 'hold',
        key,
      })
      return held.ok ? { escrow: 'held' } : { escrow: 'refused', code: held.code }
    }
    case 'paying': {
      const key = escrowKeys.pay(id)
      const paid: Verdict<boolean, LedgerRefusal> = await stub.pay({
        ...same,
        do: 'escrow',
        act: 'pay',
        key,
      })
      return certain(paid) ? { escrow: 'paid' } : undefined
    }
    case 'releasing': {
      const key = escrowKeys.release(id)
      const command = { ...same, do: 'escrow' as const, act: 'release' as const, key }
      const released: Verdict<unknown, LedgerRefusal> = await stub.execute(command)
      certain(released)
      return { escrow: 'released' }
    }
    case 'open':
    case 'done':
      break
  }
  return undefined
}

/** The ids follow from the trade, so that both wallets and every attempt name the same transfers. */
export const partsOf = (
  { projectId, id, createdAt, ...trade }: Trade,
  side: TradeSide,
): EscrowPart[] =>
  trade[side].offer.currencies.map(({ currency, amount }) => ({
    transferId: derivedId('trf', createdAt, `${projectId}/${id}/${side}/${currency}`),
    currency,
    amount,
  }))

function certain<T>(verdict: Verdict<T, LedgerRefusal>): T {
  if (verdict.ok) return verdict.value
  throw new Error(`A wallet refused a trade after it was decided: ${verdict.code}`)
}
