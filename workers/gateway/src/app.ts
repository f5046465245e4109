/** The gateway's app: its policy, what it answers itself, and the door to everything else. */
import { createApp } from '@coinop/shared/app'
import { assetAt } from './assets.ts'
import { forward } from './forward.ts'
import { body } from './middleware/body.ts'
import { ownOrigins, preflight, readableBy } from './middleware/cors.ts'
import { credential } from './middleware/credential.ts'
import { headers } from './middleware/headers.ts'
import { observe } from './middleware/observe.ts'
import { path } from './middleware/path.ts'
import { quota } from './middleware/quota.ts'
import { addressLimit, callerLimit } from './middleware/rate-limit.ts'
import { refusals } from './middleware/refusals.ts'
import { requestContext } from './middleware/request-context.ts'
import { playground } from './playground.ts'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'

/** The policy, in the order in which a request meets it. */
const policy = [
  requestContext,
  observe,
  headers,
  path,
  readableBy,
  addressLimit,
  preflight,
  body,
  refusals,
  credential,
  ownOrigins,
  callerLimit,
  quota,
]

export const app = createApp<GatewayEnv>({ worker: 'gateway', catalogue, routes, before: policy })

app.get('/', (c) => c.redirect('/docs', 302))
// One route for both: with two, Hono falls back to a router that walks a tree for each request.
app.get('/docs/:file', (c) =>
  assetAt(c, c.req.path === '/docs/errors' ? '/errors.html' : c.req.path),
)
app.all('/playground/*', (c) => playground(c as never))
app.all('/v1/*', (c) => forward(c as never))
