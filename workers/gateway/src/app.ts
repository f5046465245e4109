/** The gateway's app: the whole policy of a request, in two lists of small functions over plain data. */
import { logError } from '@coinop/shared/log'
import { Problem, renderProblem } from '@coinop/shared/problem'
import { beginExchange, type Exchange, type Finish, type Step } from './exchange.ts'
import { forward } from './forward.ts'
import { body } from './middleware/body.ts'
import { correlation } from './middleware/correlation.ts'
import { ownOrigins, preflight, readableBy } from './middleware/cors.ts'
import { credential } from './middleware/credential.ts'
import { headers } from './middleware/headers.ts'
import { observe } from './middleware/observe.ts'
import { path } from './middleware/path.ts'
import { quota } from './middleware/quota.ts'
import { addressLimit, callerLimit, limitsLeft } from './middleware/rate-limit.ts'
import { refusals } from './middleware/refusals.ts'
import { answerOwn } from './own.ts'
import { playground } from './playground.ts'
import { catalogue } from './problems.ts'

/** What a request meets, in this order, until one of them answers or throws. */
const policy: readonly Step[] = [
  path,
  addressLimit,
  preflight,
  body,
  credential,
  ownOrigins,
  callerLimit,
  quota,
  answerOwn,
  playground,
  forward,
]

/** What every answer gets on its way out, a refusal included. */
const completion: readonly Finish[] = [
  refusals,
  limitsLeft,
  readableBy,
  headers,
  correlation,
  observe,
]

export const app = { fetch: answer }

async function answer(
  request: Request,
  env: GatewayEnv,
  context: Exchange['context'],
): Promise<Response> {
  const exchange = beginExchange(request, env, context)
  const response = await responseTo(exchange)
  for (const complete of completion) {
    const completing = complete(exchange, response)
    if (completing) await completing
  }
  return exchange.method === 'HEAD' ? new Response(null, response) : response
}

/** Waits only for what takes time: most steps decide at once, and a promise for each would cost more than they do. */
async function responseTo(exchange: Exchange): Promise<Response> {
  try {
    for (const step of policy) {
      const passing = step(exchange)
      const response = passing instanceof Promise ? await passing : passing
      if (response) return response
    }
    throw new Problem('not_found')
  } catch (error) {
    return refusalOf(exchange, error)
  }
}

function refusalOf({ operation, caller: { requestId } }: Exchange, error: unknown): Response {
  if (error instanceof Problem) {
    return renderProblem(catalogue, error.code, requestId, error.extra)
  }
  logError('gateway', operation, error, requestId)
  return renderProblem(catalogue, 'internal', requestId)
}
