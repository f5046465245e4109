/** Gives the player who asks a further way to log in: the secret of a device. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { deviceKey } from '../devices.ts'
import { defineRoute } from '../env.ts'
import { linkIdentity } from '../identities.ts'
import { DeviceCredentials, Identity } from '../model.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { sendEvents } from '../sweep.ts'

export const identitiesLinkDevice = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'identities.link-device',
    method: 'post',
    path: '/v1/me/identities/device',
    summary: 'Link a device',
    description:
      'Takes a session that is at most five minutes old. Linking what is linked to you already changes nothing.',
    request: { body: json(DeviceCredentials) },
    responses: {
      200: json(Identity, 'The identity'),
      ...problems('session_not_fresh', 'identity_taken', 'limit_reached', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId: userId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    await refuseStaleSession(db, caller)
    const external = {
      provider: 'device' as const,
      providerUserId: deviceKey(c.env, input.deviceSecret),
    }
    const asked = {
      caller,
      key: c.get('idempotencyKey'),
      operation: 'identities.link-device',
      input,
    }
    const { answer, replayed } = await once<Identity>(sealedRequest(c.env, asked), (recordOf) =>
      linkIdentity(db, { projectId, userId }, external, recordOf),
    )
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
