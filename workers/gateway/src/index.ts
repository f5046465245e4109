/** The only public Worker: says who is asking, refuses what nobody should see, and hands the rest to the Worker that answers. */
import { createApp } from '@coinop/shared/app'
import type { AppEnv } from './env.ts'
import { forward } from './forward.ts'
import { body } from './middleware/body.ts'
import { credential } from './middleware/credential.ts'
import { headers } from './middleware/headers.ts'
import { observe } from './middleware/observe.ts'
import { path } from './middleware/path.ts'
import { requestContext } from './middleware/request-context.ts'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'

/** The policy, in the order in which a request meets it. */
const policy = [requestContext, observe, headers, path, body, credential]

const app = createApp<AppEnv['Bindings']>({ worker: 'gateway', catalogue, routes, before: policy })

app.get('/', (c) => c.redirect('/docs', 302))
app.get('/docs/errors', (c) => c.env.ASSETS.fetch(new URL('/errors.html', c.req.url)))
app.get('/docs/*', (c) => c.env.ASSETS.fetch(c.req.url))
app.all('/v1/*', (c) => forward(c as never))

export default { fetch: app.fetch } satisfies ExportedHandler<GatewayEnv>
