/** Acts in a round that waits for its player. The cards were fixed before; the step says which of them the player has seen. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { act } from '../acts.ts'
import { defineRoute } from '../env.ts'
import { NewAct, Round, RoundId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'

export const roundsAct = defineRoute({
  access: playerOrSecretKey('games:play'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'rounds.act',
    method: 'post',
    path: '/v1/rounds/{roundId}/act',
    summary: 'Act in a round that waits',
    request: { params: z.object({ roundId: RoundId }), body: json(NewAct) },
    responses: {
      200: json(Round, 'The round after the action'),
      ...problems(
        'not_found',
        'insufficient_funds',
        'balance_limit_exceeded',
        'currency_not_found',
        'too_many_holds',
        'stake_expired',
        'game_changed',
        'round_finished',
        'round_moved_on',
        'action_not_allowed',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { roundId } = c.req.valid('param')
    const userId = caller.kind === 'player' ? caller.actorId : undefined
    const order = { ...c.req.valid('json'), roundId, userId, key: c.get('idempotencyKey') }
    const acted = await act(c.env, caller, order)
    if (!acted.ok) {
      const { code } = acted
      throw problem(code === 'round_not_found' || code === 'wallet_not_found' ? 'not_found' : code)
    }
    if (acted.value.replayed) c.header('idempotency-replayed', 'true')
    else c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(acted.value.round, 200)
  },
})
