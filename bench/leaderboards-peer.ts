/** The peer of `leaderboards.ts`: a Redis, and the process of Fastify before it. */
import { createClient } from '@redis/client'
import { step } from '../tools/progress.ts'
import { fillerId, scoreOf } from './leaderboards-work.ts'
import { startPeerProcess } from './peer-process.ts'
import type { RedisPeerSettings } from './peer-settings.ts'
import { boardKey } from './peer-standings.ts'
import { findRedis, startRedis } from './redis.ts'

export type Peer = {
  fill: (leaderboardId: string, size: number) => Promise<void>
  memoryBytes: () => Promise<number>
  stop: () => Promise<void>
}

/** Undefined, with a line that says so, where Redis is not installed. */
export async function startPeer(
  key: string,
  userIds: string[],
  ports: { peer: number; redis: number },
): Promise<Peer | undefined> {
  const program = findRedis()
  if (!program) {
    console.log('  No redis-server (Debian: redis-server): the comparison is skipped.')
    return undefined
  }
  const redis = await step('Redis', () => startRedis(program, ports.redis))
  const client = createClient({ url: redis.url })
  client.on('error', () => {})
  try {
    await client.connect()
    const settings: RedisPeerSettings = { port: ports.peer, url: redis.url, key, userIds }
    const stopServer = await step('Fastify', () => startPeerProcess('peer-redis.ts', settings))
    console.log(`  ${redis.version}, appendonly yes, appendfsync everysec`)
    const memoryBytes = async () =>
      Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1] ?? 0)
    const stop = async () => {
      client.destroy()
      await stopServer()
      await redis.stop()
    }
    return { fill: (id, size) => fillRedis(client, id, size), memoryBytes, stop }
  } catch (error) {
    await redis.stop()
    throw error
  }
}

async function fillRedis(
  client: Pick<ReturnType<typeof createClient>, 'zAdd'>,
  leaderboardId: string,
  size: number,
) {
  const chunk = 1_000
  for (let from = 0; from < size; from += chunk) {
    const members = Array.from({ length: Math.min(chunk, size - from) }, (_, index) => ({
      value: fillerId(from + index),
      score: scoreOf(from + index, size),
    }))
    await client.zAdd(boardKey(leaderboardId), members)
  }
}
