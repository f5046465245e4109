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
const data = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
})

export const headers: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isPage(c.req.path)) return pages(c, next)
  await data(c, next)
  if (c.req.path.startsWith('/v1')) c.res.headers.set('cache-control', 'no-store')
}

const isPage = (path: string) => path === '/docs' || path.startsWith('/docs/')
