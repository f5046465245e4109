/** Named entrypoints, one per privilege: Discord plays and claims for a player, under the key of the interaction. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { fail, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { act, type ActAnswer, type ActRefusal } from './acts.ts'
import { type ClaimAnswer, claimDaily, type ClaimRefusal } from './daily.ts'
import { findGame } from './games/index.ts'
import { NewAct, RoundId, UserId } from './model.ts'
import { play, type PlayAnswer, type PlayRefusal } from './play.ts'
import { parsePlay } from './play-request.ts'
import { sendEvents } from './sweep.ts'
import { claimWork, type WorkAnswer, type WorkRefusal } from './work.ts'

/** `bet` is minor units; `choice` has the fields of the game; `key` is the idempotency key, 1 to 255 characters. */
export type Play = {
  userId: string
  gameId: string
  bet: number
  currency: string
  choice: Record<string, string | number>
  key: string
}
/** An action in a round that waits: `step` and the possible actions are in the round's `next`. */
export type RoundAct = {
  userId: string
  roundId: string
  action: string
  step: number
  key: string
}
export type Claim = { userId: string; key: string }

const isKey = (key: string): boolean => /^[\x21-\x7e]{1,255}$/.test(key)

export class GamesPlays extends CountedEntrypoint<GamesEnv> {
  /** Plays a round, once per key. */
  async play(
    caller: Caller,
    { userId, gameId, bet, currency, choice, key }: Play,
  ): Promise<Result<PlayAnswer, PlayRefusal | 'game_not_found' | 'invalid_request'>> {
    return rpcOperation('games', 'plays.play', caller, async () => {
      const game = findGame(gameId)
      if (!game) return fail('game_not_found')
      const parsed = parsePlay(game, { ...choice, userId, bet, currency })
      if (!parsed.ok || !isKey(key)) return fail('invalid_request')
      const played = await play(this.env, caller, { ...parsed.play, userId, game, key })
      if (played.ok && !played.value.replayed) this.ctx.waitUntil(sendEvents(this.env))
      return played
    })
  }

  /** Acts in a round that waits for its player, once per key. */
  async act(
    caller: Caller,
    order: RoundAct,
  ): Promise<Result<ActAnswer, ActRefusal | 'invalid_request'>> {
    return rpcOperation('games', 'plays.act', caller, async () => {
      const { userId, roundId, action, step } = order
      const parsed = NewAct.safeParse({ action, step })
      const ids = UserId.safeParse(userId).success && RoundId.safeParse(roundId).success
      if (!parsed.success || !ids || !isKey(order.key)) return fail('invalid_request')
      const acted = await act(this.env, caller, order)
      if (acted.ok && !acted.value.replayed) this.ctx.waitUntil(sendEvents(this.env))
      return acted
    })
  }

  /** Claims the reward for work, not before the cool-down is over. */
  async claimWork(
    caller: Caller,
    { userId, key }: Claim,
  ): Promise<Result<WorkAnswer, WorkRefusal | 'invalid_request'>> {
    return rpcOperation('games', 'plays.claimWork', caller, async () => {
      if (!UserId.safeParse(userId).success || !isKey(key)) return fail('invalid_request')
      return claimWork(this.env, caller, { userId, key })
    })
  }

  /** Claims the daily reward of today, once per player and day. */
  async claimDaily(
    caller: Caller,
    { userId, key }: Claim,
  ): Promise<Result<ClaimAnswer, ClaimRefusal | 'invalid_request'>> {
    return rpcOperation('games', 'plays.claimDaily', caller, async () => {
      if (!UserId.safeParse(userId).success || !isKey(key)) return fail('invalid_request')
      return claimDaily(this.env, caller, { userId, key })
    })
  }
}
