/** The named entrypoint for what a player may check and choose: their pair of seeds, and what they made of the games. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { Problem } from '@coinop/shared/problem'
import { fail, ok, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { ClientSeed, type Fairness, type Rotation, toFairness } from './model.ts'
import { describeRotation, rotate } from './rotation.ts'
import { scores } from './schema.ts'
import { openSession } from './sessions.ts'

/** `key` is the idempotency key. The caller vouches for the player. */
export type NewSeeds = { userId: string; clientSeed: string | undefined; key: string }
export type RotationRefusal = 'client_seed_invalid' | 'idempotency_conflict'
/** Of one game in one currency; amounts in minor units. */
export type Figures = {
  gameId: string
  currency: string
  plays: number
  wins: number
  wagered: number
  won: number
  best: number
  streak: number
}

const figuresMax = 100

export class GamesFairness extends CountedEntrypoint<GamesEnv> {
  /** The pair that the player's next round uses, made at the first request. */
  async get(caller: Caller, userId: string): Promise<Fairness> {
    const player = { projectId: caller.projectId, userId }
    return rpcOperation('games', 'fairness.get', caller, async () =>
      toFairness(await openSession(drizzle(this.env.GAMES_DB), player)),
    )
  }

  /** Reveals the server seed and begins the next pair, once per key; without a client seed it stays. */
  async rotate(
    caller: Caller,
    { userId, clientSeed, key }: NewSeeds,
  ): Promise<Result<Rotation, RotationRefusal>> {
    return rpcOperation('games', 'fairness.rotate', caller, async () => {
      if (clientSeed !== undefined && !ClientSeed.safeParse(clientSeed).success) {
        return fail('client_seed_invalid')
      }
      const db = drizzle(this.env.GAMES_DB)
      const { projectId, actorId } = caller
      const hash = requestHash('fairness.rotate', [userId, clientSeed ?? null])
      const request = { db, projectId, actorId, key, requestHash: hash }
      try {
        const { answer } = await once<string>(request, (recordOf) =>
          rotate(db, { player: { projectId, userId }, clientSeed, recordOf }),
        )
        return ok(await describeRotation(this.env, caller, answer))
      } catch (error) {
        if (error instanceof Problem && error.code === 'idempotency_conflict') {
          return fail('idempotency_conflict')
        }
        throw error
      }
    })
  }

  /** What the player made of each game, by currency; at most 100. */
  async figures(caller: Caller, userId: string): Promise<Figures[]> {
    return rpcOperation('games', 'scores.list', caller, async () => {
      const { gameId, currency, plays, wins, wagered, won, best, streak } = scores
      return drizzle(this.env.GAMES_DB)
        .select({ gameId, currency, plays, wins, wagered, won, best, streak })
        .from(scores)
        .where(and(eq(scores.projectId, caller.projectId), eq(scores.userId, userId)))
        .orderBy(asc(gameId), asc(currency))
        .limit(figuresMax)
    })
  }
}
