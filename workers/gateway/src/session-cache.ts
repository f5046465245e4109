/** Sessions of access tokens, asked of `auth` and remembered in this isolate, so that a player who was logged out is soon refused. */
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'

type Lookups = Pick<GatewayEnv['AUTH_LOOKUPS'], 'sessionIsOpen'>
type Session = { projectId: string; sessionId: string }

/** An open session is asked about again after this time: an ended one lives no longer here. */
export const openRememberedMilliseconds = 30_000
/** One that has ended never opens again; by then all its access tokens have expired. */
const endedRememberedMilliseconds = 660_000
const rememberedMax = 10_000
const remembered = new Map<string, { open: boolean; until: number }>()

/** Whether the session is open; with `fromMemory` false an open one is asked about whatever is remembered. */
export async function sessionIsOpen(
  lookups: Lookups,
  { projectId, sessionId }: Session,
  fromMemory: boolean,
): Promise<boolean> {
  const name = `${projectId}/${sessionId}`
  const known = remembered.get(name)
  if (known && known.until > now() && (fromMemory || !known.open)) return known.open
  const open = await ask('auth', async () => lookups.sessionIsOpen(projectId, sessionId))
  if (remembered.size >= rememberedMax) remembered.clear()
  const time = open ? openRememberedMilliseconds : endedRememberedMilliseconds
  remembered.set(name, { open, until: now() + time })
  return open
}
