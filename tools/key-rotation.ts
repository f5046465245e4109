/** How a local system hears that its signing key is to be rotated. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { runScheduled } from './cron.ts'

/** What `auth` reads every minute. */
export const request = `INSERT INTO key_rotations (requested_at)
  VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER)) ON CONFLICT DO NOTHING`

const noteIn = (stateFolder: string) => join(stateFolder, 'rotate-keys')

/**
 * Asks a local system, which may be running or not. By a note for it, for a database that two processes write to is locked
 * for one of them now and then, and that may be a player's request.
 */
export function requestRotation(stateFolder: string): void {
  if (!existsSync(join(stateFolder, 'v3'))) {
    const advice = 'run "npm start" first, or set COINOP_STATE'
    throw new Error(`There is no system in ${stateFolder}: ${advice}.`)
  }
  writeFileSync(noteIn(stateFolder), '')
}

/** The other side of the note: passes it on to `auth` and lets that work at once. For the process that runs the system. */
export async function passOnRotation(miniflare: Miniflare, stateFolder: string): Promise<void> {
  if (!existsSync(noteIn(stateFolder))) return
  const database = await miniflare.getD1Database('AUTH_DB', 'coinop-auth')
  await database.prepare(request).run()
  rmSync(noteIn(stateFolder), { force: true })
  await runScheduled(miniflare, 'coinop-auth', { cron: '* * * * *', time: new Date() })
}

const pollMilliseconds = 1_000

/** Looks for the note until the answer is called. */
export function watchForRotation(
  miniflare: Miniflare,
  stateFolder: string,
  onError: (error: Error) => void,
) {
  let isBusy = false
  const look = async () => {
    if (isBusy) return
    isBusy = true
    try {
      await passOnRotation(miniflare, stateFolder)
    } catch (error) {
      onError(new Error(`The signing key was not rotated: ${String(error)}`))
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(() => void look(), pollMilliseconds)
  return () => clearInterval(timer)
}
