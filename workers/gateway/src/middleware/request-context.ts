/** Gives each request an id and a place in a trace, and answers with both. */
import { anonymousCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { continueTrace } from '@coinop/shared/trace'
import type { MiddlewareHandler } from 'hono'
import { clientAddress } from '../client-address.ts'
import type { AppEnv } from '../env.ts'
import { operationOf } from '../operations.ts'

const requestIdPattern = /^[\w.:-]{1,128}$/

/** Takes `X-Request-Id` and `traceparent` when they are well-formed, and makes them otherwise. The caller is nobody yet. */
export const requestContext: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header('x-request-id') ?? ''
  const requestId = requestIdPattern.test(given) ? given : crypto.randomUUID()
  const traceparent = continueTrace(c.req.header('traceparent'))
  const address = clientAddress(c.env.ENVIRONMENT, c.req.raw.headers)
  const matched = operationOf(c.req.method, c.req.path)
  c.set('caller', { ...anonymousCaller(requestId, traceparent), address })
  c.set('startedAt', now())
  c.set('matched', matched)
  c.set('operation', matched?.operationId ?? 'unknown')
  await next()
  c.res.headers.set('x-request-id', requestId)
  c.res.headers.set('traceparent', traceparent)
}
