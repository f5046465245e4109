/** Plays one round. The same key is the same round, however often it is sent: there is no second draw. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { Problem } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { findGame } from '../games/index.ts'
import { GameId, Round } from '../model.ts'
import { play } from '../play.ts'
import { NewPlayBody, parsePlay } from '../play-request.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'

export const gamesPlay = defineRoute({
  access: playerOrSecretKey('games:play'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'games.play',
    method: 'post',
    path: '/v1/games/{gameId}/play',
    summary: 'Play a round',
    request: { params: z.object({ gameId: GameId }), body: json(NewPlayBody) },
    responses: {
      201: json(
        Round,
        'The round, settled unless it waits for the player: then `next` says what they may do. Its server seed is revealed when the pair is rotated',
      ),
      ...problems(
        'not_found',
        'game_not_found',
        'currency_not_found',
        'insufficient_funds',
        'balance_limit_exceeded',
        'too_many_holds',
        'game_changed',
        'game_inactive',
        'bet_out_of_range',
        'daily_loss_limit',
        'cooling_down',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const game = findGame(c.req.valid('param').gameId)
    if (!game) throw problem('game_not_found')
    const parsed = parsePlay(game, c.req.valid('json'))
    if (!parsed.ok) throw new Problem('invalid_request', { errors: parsed.errors })
    const userId = subjectOf(caller, parsed.play.userId, '/body/userId')
    const key = c.get('idempotencyKey')
    const played = await play(c.env, caller, { ...parsed.play, userId, game, key })
    if (!played.ok) throw problem(played.code === 'wallet_not_found' ? 'not_found' : played.code)
    if (played.value.replayed) c.header('idempotency-replayed', 'true')
    else c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(played.value.round, 201)
  },
})
