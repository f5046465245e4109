/** Logs a device in: a player to begin with, before they choose an account. */
import { createRoute } from '@hono/zod-openapi'
import { anyKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { deviceKey, findDeviceUser, newDeviceUser } from '../devices.ts'
import { isConditionBroken, whileLinked } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { DeviceCredentials, SignedIn, toUser, type UserRow } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'

export const sessionsLoginDevice = defineRoute({
  access: anyKey,
  route: createRoute({
    operationId: 'sessions.login-device',
    method: 'post',
    path: '/v1/login/device',
    summary: 'Log a device in',
    description:
      'The first time it makes a user. Whoever knows the secret is the player: make it of 256 random bits, and keep it on the device.',
    request: { body: json(DeviceCredentials) },
    responses: {
      200: json(SignedIn, 'The user and a new pair of tokens'),
      ...problems('unauthenticated', 'invalid_credentials', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'sessions.login-device', input })
    const device = c.req.header('user-agent')
    const hash = deviceKey(c.env, input.deviceSecret)
    const { answer, replayed } = await once<SignedIn>(request, async (recordOf) => {
      const signIn = async (
        user: UserRow,
        creation: ReturnType<typeof newDeviceUser>['statements'] | readonly [],
      ) => {
        if (!user.isActive) throw problem('invalid_credentials')
        const session = await openSession(c.env, { projectId, userId: user.id, device }, now())
        const signedIn = { user: toUser(user), ...session.pair }
        const record = await recordOf(signedIn)
        const external = { provider: 'device' as const, providerUserId: hash }
        const still = whileLinked(db, { projectId, userId: user.id }, external)
        try {
          await db.batch([...creation, still, ...session.statements, ...record])
        } catch (error) {
          throw isConditionBroken(error) ? problem('invalid_credentials') : error
        }
        return signedIn
      }
      const known = await findDeviceUser(db, caller, hash)
      if (known) return signIn(known, [])
      const { user, statements } = newDeviceUser(db, caller, hash)
      try {
        return await signIn(user, statements)
      } catch (error) {
        // Another request of the same device was faster: the user is the one that it made.
        const winner = isUniqueViolation(error, 'identities')
          ? await findDeviceUser(db, caller, hash)
          : undefined
        if (!winner) throw error
        return signIn(winner, [])
      }
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
