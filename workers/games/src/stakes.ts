/** What the wallet does for a round: stake and payout in one step, or stakes that are set aside while the player acts. */
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { RoundRow } from './model.ts'
import type { Refusal } from './play.ts'

type Decided = RoundRow & { payout: number }

/** The longest that the wallet allows: a round is ended by the sweep long before. */
const heldSeconds = 30 * 24 * 3_600
/** Digits of a hash that name the hold of a second stake: each attempt with another key is another hold. */
const attemptDigits = 16

/** The first stake is held under the round's id, the second under that and the key of the action that asked for it. */
const holdIds = ({ id, actions, stakes }: RoundRow): string[] => {
  const key = actions.at(-1)?.key ?? ''
  const attempt = requestHash('rounds.act', key).slice(0, attemptDigits)
  return stakes > 1 ? [id, `${id}:${attempt}`] : [id]
}

/** Sets the bet aside as often as `stakes` says; what is set aside already stays so. */
export async function holdStakes(
  env: GamesEnv,
  caller: Caller,
  row: RoundRow,
): Promise<Result<null, Refusal>> {
  const { userId: walletId, currency, bet: stake, gameId: memo } = row
  for (const roundId of holdIds(row).slice(row.held)) {
    const order = { walletId, roundId, currency, stake, memo, expiresInSeconds: heldSeconds }
    const held = await ask('wallet', async () => env.WALLET_SETTLEMENTS.hold(caller, order))
    if (!held.ok) return fail(refusalOf(row, held.code))
  }
  return ok(null)
}

/** Takes what was staked and pays the payout; answers when that was, the same however often it is asked. */
export async function settleStakes(
  env: GamesEnv,
  caller: Caller,
  row: Decided,
): Promise<Result<number, Refusal>> {
  const { userId: walletId, id, currency, bet: stake, payout, gameId: memo } = row
  if (row.held === 0) {
    const round = { walletId, roundId: id, currency, stake, payout, memo }
    const settled = await ask('wallet', async () => env.WALLET_SETTLEMENTS.settle(caller, round))
    return settled.ok ? ok(settled.value.entries[0]!.at) : fail(refusalOf(row, settled.code))
  }
  let at = 0
  // The whole payout comes with the first stake, which is refused as a whole: so no stake is taken without it.
  for (const [place, roundId] of holdIds(row).entries()) {
    const end = { walletId, roundId, payout: place === 0 ? payout : 0 }
    const settled = await ask('wallet', async () => env.WALLET_SETTLEMENTS.settleHeld(caller, end))
    if (settled.ok) {
      at = Math.max(at, settled.value.hold.endedAt)
      continue
    }
    // The second was set aside later, for as long.
    if (place > 0) throw new Error(`The stakes of round ${id} ended differently: ${settled.code}.`)
    const refusal = refusalOf(row, settled.code)
    await releaseStakes(env, caller, row)
    return fail(refusal)
  }
  return ok(at)
}

/** Gives back what was set aside; what is past its time is free already. */
export async function releaseStakes(env: GamesEnv, caller: Caller, row: RoundRow): Promise<void> {
  if (row.held === 0) return
  for (const roundId of holdIds(row)) {
    const end = { walletId: row.userId, roundId }
    const released = await ask('wallet', async () => env.WALLET_SETTLEMENTS.release(caller, end))
    if (!released.ok && !gone.includes(released.code) && released.code !== 'wallet_not_found') {
      throw new Error(`The wallet does not release the stake of round ${row.id}: ${released.code}.`)
    }
  }
}

function refusalOf({ id }: RoundRow, code: string): Refusal {
  if (gone.includes(code)) return 'stake_expired'
  const known = refusals.find((each) => each === code)
  if (known) return known
  throw new Error(`The wallet refused round ${id}: ${code}.`)
}

/** What the wallet says of a stake that is not set aside any more. */
const gone: readonly string[] = ['hold_expired', 'hold_closed', 'hold_not_found']

const refusals = [
  'insufficient_funds',
  'balance_limit_exceeded',
  'currency_not_found',
  'wallet_not_found',
  'too_many_holds',
] as const
