/** Refuses paths that two parsers could read differently, before anything is decided by them. */
import { Problem } from '@coinop/shared/problem'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'

// No percent-encoding, no `;`, no empty segment, and no segment that ends in a dot: ids and names never need them.
const plain = /^(\/[A-Za-z0-9_~@:.-]*[A-Za-z0-9_~@:-])+$|^\/$/
const charactersMax = 1_024

export const path: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { pathname } = new URL(c.req.url)
  if (pathname.length > charactersMax || !plain.test(pathname)) throw new Problem('not_found')
  await next()
}
