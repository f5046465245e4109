/** Security headers on every answer, and no caching of anything under `/v1`. */
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from '../env.ts'

const pages = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // The API reference sets style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
})

/** One file with everything in it; its own `meta` says which script may run, and it may fetch nothing at all. */
const fairPage = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'unsafe-inline'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
})

/**
 * What OWASP's REST security cheat sheet asks of an API. Set one by one: on the path of every request each header costs
 * about a microsecond, and the rest of what `secureHeaders` sends means something to pages only.
 */
const data = Object.entries({
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

export const headers: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isPage(c.req.path)) return pages(c, next)
  if (c.req.path === '/fair') return fairPage(c, next)
  await next()
  const answered = c.res.headers
  for (const [name, value] of data) answered.set(name, value)
  if (c.req.path.startsWith('/v1')) answered.set('cache-control', 'no-store')
}

const isPage = (path: string) => /^\/(docs|playground)(\/|$)/.test(path)
