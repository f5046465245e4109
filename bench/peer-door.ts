/** What a peer does before its own work: the API key by its HMAC, the limit of requests, refusals as problem+json. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { parseApiKey } from '../packages/shared/src/api-key.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: string
  }
}

const pepper = 'a secret that is not in the database'
const rememberedMilliseconds = 10_000
const requestsPerMinuteMax = 300_000

/** What is stored of a key. */
export const hashOfKey = (key: string): string => hmac(key).toString('hex')
const hmac = (key: string) => createHmac('sha256', pepper).update(key).digest()

export const refuse = (reply: FastifyReply, status: number, code: string) =>
  reply.code(status).type('application/problem+json').send({ status, code })

/** Every request has a `caller` from here on; `storedHash` is asked for a key at most every ten seconds. */
export function addDoor(
  app: FastifyInstance,
  storedHash: (lookup: string) => Promise<string | undefined>,
): void {
  const remembered = new Map<string, number>()
  const authenticate = async (sent: unknown) => {
    if (typeof sent !== 'string') return undefined
    const lookup = parseApiKey(sent)?.lookup
    if (!lookup) return undefined
    if ((remembered.get(sent) ?? 0) > Date.now()) return lookup
    const stored = await storedHash(lookup)
    if (!stored || !timingSafeEqual(Buffer.from(stored, 'hex'), hmac(sent))) return undefined
    remembered.set(sent, Date.now() + rememberedMilliseconds)
    return lookup
  }
  const withinLimit = newLimit()
  app.decorateRequest('caller', '')
  app.addHook('onRequest', async (request, reply) => {
    const caller = await authenticate(request.headers['x-api-key'])
    if (!caller) return refuse(reply, 401, 'unauthenticated')
    if (!withinLimit(caller)) return refuse(reply, 429, 'rate_limited')
    request.caller = caller
    return undefined
  })
  app.setErrorHandler((error, _request, reply) =>
    error instanceof z.ZodError
      ? refuse(reply, 400, 'invalid_request')
      : refuse(reply, 500, 'internal'),
  )
}

/** Requests of each key in this minute. */
function newLimit(): (caller: string) => boolean {
  let [minute, counts] = [0, new Map<string, number>()]
  return (caller) => {
    const thisMinute = Math.floor(Date.now() / 60_000)
    if (minute !== thisMinute) [minute, counts] = [thisMinute, new Map()]
    const count = (counts.get(caller) ?? 0) + 1
    counts.set(caller, count)
    return count <= requestsPerMinuteMax
  }
}
