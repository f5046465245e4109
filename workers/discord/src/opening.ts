/** From raw bytes to an interaction that Discord signed for exactly this application. Everything else looks alike. */
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'
import { Snowflake } from './interaction.ts'
import { isFresh, isSigned } from './signature.ts'

export type Sealed = {
  applicationId: string
  signature: string
  timestamp: string
  body: Uint8Array
  requestId: string
}
/** In the project that the interaction is about. */
type Application = { applicationId: string; projectId: string; plan: string }
export type Opened = {
  application: Application
  /** The server that the interaction came from, if it has an economy of its own. */
  ownServer: string | undefined
  payload: unknown
}

/** The gateway lets through no more. */
const bodyBytesMax = 65_536

/** Any failure is the same refusal, also when the application cannot be looked up: never an open door, never a 5xx. */
export async function open(
  env: DiscordEnv,
  sealed: Sealed,
): Promise<Result<Opened, 'invalid_signature'>> {
  try {
    return (await opened(env, sealed)) ?? fail('invalid_signature')
  } catch (error) {
    logError('discord', 'interactions.receive', error, sealed.requestId)
    return fail('invalid_signature')
  }
}

async function opened(env: DiscordEnv, sealed: Sealed): Promise<Result<Opened, never> | undefined> {
  const { applicationId, signature, timestamp, body } = sealed
  if (!Snowflake.safeParse(applicationId).success || body.length > bodyBytesMax) return undefined
  if (!isFresh(timestamp, now())) return undefined
  const application = await env.DISCORD_APPLICATIONS.find(applicationId)
  if (!application) return undefined
  const { publicKey, projectId, plan } = application
  if (!(await isSigned({ publicKey, signature, timestamp, body }))) return undefined
  const payload = parse(body)
  // Another tenant's signature is valid for its own application only, so the body must name this one.
  const addressed = Addressed.safeParse(payload)
  if (!addressed.success || addressed.data.application_id !== applicationId) return undefined
  const serverId = addressed.data.guild_id
  const own = serverId && (await env.DISCORD_APPLICATIONS.findServer(applicationId, serverId))
  if (!own) {
    return ok({ application: { applicationId, projectId, plan }, ownServer: undefined, payload })
  }
  return ok({ application: { applicationId, ...own }, ownServer: serverId, payload })
}

const Addressed = z.object({
  application_id: z.string(),
  guild_id: Snowflake.optional().catch(undefined),
})

/** Undefined for anything that is not JSON in UTF-8; a byte order mark is not JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
  } catch {
    return undefined
  }
}
