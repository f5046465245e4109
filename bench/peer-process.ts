/** Starts the process of a peer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { ready } from './peer-settings.ts'

const peerSecondsMax = 20

/** Resolves when the peer in the file `name` of this folder listens, with what ends it. */
export async function startPeerProcess(
  name: string,
  settings: object,
): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, name)], {
    env: { ...process.env, NODE_ENV: 'production', PEER: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const kill = () => child.kill()
  process.once('exit', kill)
  const stop = async () => {
    kill()
    await ended
    process.off('exit', kill)
  }
  const listens = (async () => {
    for await (const line of createInterface(child.stdout)) if (line === ready) return true
    return false
  })()
  const answered = await Promise.race([listens, wait(peerSecondsMax * 1_000, false)])
  if (answered) return stop
  await stop()
  throw new Error('The peer did not start.')
}
