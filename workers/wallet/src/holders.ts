/** Whether somebody of that id exists, so that a mistyped id never swallows money. Users are never removed, so a yes stays true. */
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'

const known = new Set<string>()
const knownMax = 10_000

/** True when `walletId` is the caller, or a user of the caller's project. */
export async function holderExists(
  players: WalletEnv['PLAYERS'],
  caller: Caller,
  walletId: string,
): Promise<boolean> {
  if (caller.kind === 'player' && caller.actorId === walletId) return true
  const name = `${caller.projectId}/${walletId}`
  if (known.has(name)) return true
  if (!(await ask('auth', () => players.exists(caller, walletId)))) return false
  if (known.size >= knownMax) known.clear()
  known.add(name)
  return true
}
