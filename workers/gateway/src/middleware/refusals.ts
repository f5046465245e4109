/** Tells the audit log what a member was refused, whichever Worker refused it. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import type { Finish } from '../exchange.ts'

/** After the answer: nothing was changed, so nothing is lost when the note is. */
export const refusals: Finish = ({ caller, operation, path, env, context }, answer) => {
  if (answer.status !== 403 || caller.kind !== 'member') return
  const refusal = { action: operation, path, answer: answer.clone() }
  context.waitUntil(tell(env.AUTH_REFUSALS, caller, refusal))
}

async function tell(
  log: GatewayEnv['AUTH_REFUSALS'],
  caller: Caller,
  { answer, ...refusal }: { action: string; path: string; answer: Response },
): Promise<void> {
  try {
    const noted = await log.append(caller, { ...refusal, code: await codeOf(answer) })
    if (!noted.ok) throw new Error(`The audit log answered ${noted.code}.`)
  } catch (error) {
    logError('gateway', 'refusals.note', error, caller.requestId)
  }
}

/** The answer to a HEAD has no body that could say more than its status. */
async function codeOf(answer: Response): Promise<string> {
  const text = await answer.text()
  return text === '' ? 'forbidden' : (JSON.parse(text) as { code: string }).code
}
