/** Security headers on every answer, and no caching of anything under `/v1`. */
import type { Finish } from '../exchange.ts'

/** What OWASP's REST security cheat sheet asks of an API; what else there is means something to pages only. */
const data = Object.entries({
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The API reference sets style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
]

/** `/fair` is one file with everything in it; its own `meta` says which script may run, and it may fetch nothing at all. */
const fairPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

/** The page of a public board: no script, and any site may show it in a frame. */
const boardPagePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
]
/** As long as the board's own Worker keeps it. */
const boardPageSeconds = 5

/** For a page, all that `secureHeaders` of Hono sends. */
const ofPage = (policy: string[]) =>
  Object.entries({
    ...Object.fromEntries(data),
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  })
const pages = ofPage(pagePolicy)
const fairPage = ofPage(fairPolicy)

const boardPage: [string, string][] = [
  ...Object.entries({
    ...Object.fromEntries(data),
    'content-security-policy': boardPagePolicy.join('; '),
  }),
  ['cross-origin-resource-policy', 'cross-origin'],
  ['cache-control', `public, max-age=${boardPageSeconds}`],
]

export const headers: Finish = ({ path }, { headers: answered }) => {
  if (path.startsWith('/v1')) answered.set('cache-control', 'no-store')
  if (isBoardPage(path, answered)) {
    for (const [name, value] of boardPage) answered.set(name, value)
    // Older than frame-ancestors, and it knows only all or nothing.
    answered.delete('x-frame-options')
    return
  }
  for (const [name, value] of headersFor(path)) answered.set(name, value)
}

function headersFor(path: string): [string, string][] {
  if (path === '/fair') return fairPage
  return isPage(path) ? pages : data
}

const isPage = (path: string) => /^\/(docs|playground)(\/|$)/.test(path)

/** Not a refusal on the same path, which nobody may keep or show in a frame. */
const isBoardPage = (path: string, answered: Headers) =>
  /^\/v1\/leaderboards\/[^/]+\/page$/.test(path) &&
  answered.get('content-type')?.startsWith('text/html') === true
