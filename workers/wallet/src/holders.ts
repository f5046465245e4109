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
  remember(name)
  return true
}

function remember(name: string): void {
  if (known.size >= knownMax) known.clear()
  known.add(name)
}

type Holder = { projectId: string; userId: string }

/** Asks for many at once, so that `holderExists` need not ask for each. Of those who do not exist it remembers nothing. */
export async function meetHolders(players: WalletEnv['PLAYERS'], holders: Holder[]): Promise<void> {
  const nameOf = ({ projectId, userId }: Holder) => `${projectId}/${userId}`
  const unknown = holders.filter((holder) => !known.has(nameOf(holder)))
  if (unknown.length === 0) return
  for (const holder of await ask('auth', () => players.existingHolders(unknown))) {
    remember(nameOf(holder))
  }
}
