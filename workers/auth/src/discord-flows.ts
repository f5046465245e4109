/**
 * Going to Discord and coming back. A start writes nothing: the flow is sealed into `flowToken`, which the client keeps and
 * the browser's address bar never sees. Only who holds it can complete, once, where it was started.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from '@coinop/shared/caller'
import { isoTime, now } from '@coinop/shared/clock'
import { equalInConstantTime, hmacSha256, sha256 } from '@coinop/shared/hash'
import { Problem } from '@coinop/shared/problem'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Context } from 'hono'
import { z } from 'zod'
import type { DiscordUser } from './discord.ts'
import type { DiscordClient } from './discord-clients.ts'
import { authorizationUrl, whoAgreed } from './discord-oauth.ts'
import type { AppEnv } from './env.ts'
import type { PresentedFlow, StartedFlow } from './flow-model.ts'
import { countedByAddress } from './login-attempts.ts'
import { problem } from './problems.ts'
import { claimedFlows } from './schema.ts'
import { sealFor, textKeyFor } from './secrets.ts'

/** From the start to the completion. */
export const flowMilliseconds = 600_000
const stateBytes = 32
const retryAfterSeconds = 5

/** What a flow is for, and whose it is: a project, a tenant or `members`; with a session where somebody is logged in. */
export type FlowPlace = {
  purpose: 'login' | 'link' | 'member-login' | 'member-link'
  home: string
  userId: string
  sessionId: string
}

/** Of a player in their own project, and in the session in which it began. */
export const linkPlace = ({ projectId, actorId, sessionId = '' }: Caller): FlowPlace => ({
  purpose: 'link',
  home: projectId,
  userId: actorId,
  sessionId,
})
const nobody = { userId: '', sessionId: '' }
export const loginPlace = (projectId: string): FlowPlace => ({
  purpose: 'login',
  home: projectId,
  ...nobody,
})
export const memberLoginPlace: FlowPlace = { purpose: 'member-login', home: 'members', ...nobody }
/** Of a member as the owner of their own sessions. */
export const memberLinkPlace = (owner: Caller): FlowPlace => ({
  ...linkPlace(owner),
  purpose: 'member-link',
})

const Flow = z.object({
  purpose: z.string(),
  home: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  expiresAt: z.number(),
})
type Flow = z.infer<typeof Flow>

const sealOf = ({ AUTH_SECRET }: AuthEnv) => sealFor(AUTH_SECRET, 'discord-flow')

/** Computed from the state under our key: 64 hexadecimal characters, which RFC 7636 allows, and nothing to store. */
const verifierOf = ({ AUTH_SECRET }: AuthEnv, state: string) =>
  hmacSha256(textKeyFor(AUTH_SECRET, 'discord-code-verifiers'), state)

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

export async function startFlow(
  env: AuthEnv,
  place: FlowPlace,
  { clientId, redirectUri }: { clientId: string; redirectUri: string },
): Promise<StartedFlow> {
  const state = randomBytes(stateBytes).toString('base64url')
  const expiresAt = now() + flowMilliseconds
  const flow: Flow = { ...place, clientId, redirectUri, state, expiresAt }
  const challenge = challengeOf(verifierOf(env, state))
  return {
    authorizationUrl: authorizationUrl(env, { clientId, redirectUri, state, challenge }),
    state,
    flowToken: await sealOf(env).seal(JSON.stringify(flow)),
    expiresAt: isoTime(expiresAt),
  }
}

/**
 * Who came back. The flow is claimed first, so that one code is sent to Discord by one request; it is given back when
 * Discord has not said yes or no, and is used up when it has. Throws what a completion may answer.
 */
export async function completeFlow(
  c: Context<AppEnv>,
  place: FlowPlace,
  presented: PresentedFlow,
  clientOf: ClientOf,
): Promise<DiscordUser> {
  const { env } = c
  const flow = await openFlow(env, place, presented)
  if (!flow) throw problem('invalid_discord_flow')
  // Discord counts what it refuses against all of this server, so nobody has it asked at will: in no project.
  const caller = { ...c.get('caller'), projectId: 'discord' }
  return countedByAddress(env, caller, () => exchange(c, flow, presented, clientOf))
}

type ClientOf = (clientId: string) => DiscordClient | Promise<DiscordClient>

async function exchange(
  c: Context<AppEnv>,
  flow: Flow,
  { code }: PresentedFlow,
  clientOf: ClientOf,
): Promise<DiscordUser> {
  const { env } = c
  if (!(await claim(env, flow))) throw problem('invalid_discord_flow')
  const client = await clientOf(flow.clientId)
  const { redirectUri, state } = flow
  const codeVerifier = verifierOf(env, state)
  const asked = { client, code, codeVerifier, redirectUri }
  const found = await whoAgreed(env, asked, (work) => c.executionCtx.waitUntil(work))
  if (found.ok) return found.value
  if (found.code !== 'discord_unavailable') throw problem(found.code)
  await release(env, flow)
  const headers = { 'retry-after': String(retryAfterSeconds) }
  throw new Problem('discord_unavailable', { headers })
}

/** The flow of a token that was sealed for this place and goes with this state. */
async function openFlow(
  env: AuthEnv,
  place: FlowPlace,
  { flowToken, state }: PresentedFlow,
): Promise<Flow | undefined> {
  const flow = await unsealed(env, flowToken)
  if (!flow || !equalInConstantTime(flow.state, state) || flow.expiresAt <= now()) return undefined
  const { purpose, home, userId, sessionId } = place
  const isHere = flow.purpose === purpose && flow.home === home
  return isHere && flow.userId === userId && flow.sessionId === sessionId ? flow : undefined
}

async function unsealed(env: AuthEnv, flowToken: string): Promise<Flow | undefined> {
  try {
    return Flow.parse(JSON.parse(await sealOf(env).open(flowToken)))
  } catch {
    // Whatever it was, we did not write it.
    return undefined
  }
}

async function claim({ AUTH_DB }: AuthEnv, { state, expiresAt }: Flow): Promise<boolean> {
  const { meta } = await drizzle(AUTH_DB)
    .insert(claimedFlows)
    .values({ stateHash: sha256(state), expiresAt })
    .onConflictDoNothing()
  return meta.changes > 0
}

const release = ({ AUTH_DB }: AuthEnv, { state }: Flow) =>
  drizzle(AUTH_DB)
    .delete(claimedFlows)
    .where(eq(claimedFlows.stateHash, sha256(state)))
