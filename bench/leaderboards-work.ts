/** The work of `npm run bench -- leaderboards`: the same requests for Coinop and for the peer, and the players who do it. */
import { randomUUID } from 'node:crypto'
import type { Demo } from '../tools/demo.ts'
import type { Load, Request } from './load.ts'

export const playersCount = 400
export const batchSize = 100
const topLimit = 100
const connectionsMax = 8

/** A board of `size` entries and those of `players`; `ranked` is whose rank is asked for. */
export type Subject = {
  leaderboardId: string
  size: number
  players: string[]
  ranked: (index: number) => string
}
export type Work = {
  /** Scores in a request; 0 reads. */
  scores: number
  each: (subject: Subject, index: number) => Request
}

/** Who fills a board: in the form of ids, but users of nothing. */
export const fillerId = (index: number): string => `usr_${String(index).padStart(26, '0')}`

/** Below `size`, and scattered: the same for the same index. */
export const scoreOf = (index: number, size: number): number =>
  Math.floor((((index * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * size)

const scoreBy = ({ leaderboardId, size, players }: Subject, index: number) => ({
  leaderboardId,
  userId: players[index % players.length]!,
  score: scoreOf(index + 1, size),
})

export const works: Record<string, Work> = {
  'single scores': {
    scores: 1,
    each: (subject, index) => ({ path: '/v1/scores/update', json: scoreBy(subject, index) }),
  },
  [`batches of ${batchSize}`]: {
    scores: batchSize,
    each: (subject, index) => ({
      path: '/v1/scores/batch',
      json: {
        updates: Array.from({ length: batchSize }, (_, at) =>
          scoreBy(subject, index * batchSize + at),
        ),
      },
    }),
  },
  'rank of a user': {
    scores: 0,
    each: ({ leaderboardId, ranked }, index) => ({
      path: `/v1/leaderboards/${leaderboardId}/rank/${ranked(index)}`,
    }),
  },
  [`top ${topLimit}`]: {
    scores: 0,
    each: ({ leaderboardId }) => ({
      path: `/v1/leaderboards/${leaderboardId}/top?limit=${topLimit}`,
    }),
  },
}

type Bounds = Pick<Load, 'port' | 'connections' | 'requestsMax' | 'secondsMax'>

/** The load of one run; no two requests of any runs share a key, and each begins elsewhere in the scores. */
export function loadOf(work: Work, subject: Subject, { secretKey }: Demo, bounds: Bounds): Load {
  const run = randomUUID()
  const start = Number.parseInt(run.slice(0, 6), 16)
  return {
    ...bounds,
    path: '',
    each: (index) => ({
      ...work.each(subject, start + index),
      headers: { 'x-api-key': secretKey, 'idempotency-key': `${run}-${index}` },
    }),
  }
}

/** A request to the public door; throws for anything but success. */
export async function post<T>(port: number, secretKey: string, path: string, json: object) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'x-api-key': secretKey,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(json),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return (await response.json()) as T
}

/** Players, made through the public door. */
export async function newPlayers({ secretKey }: Demo, port: number): Promise<string[]> {
  const ids: string[] = []
  const lane = async () => {
    while (ids.length < playersCount) {
      const at = ids.push('') - 1
      const device = { deviceSecret: `${randomUUID()}${randomUUID()}` }
      type Login = { user: { id: string } }
      ids[at] = (await post<Login>(port, secretKey, '/v1/login/device', device)).user.id
    }
  }
  await Promise.all(Array.from({ length: connectionsMax }, lane))
  return ids
}

export type Opened = { leaderboardId: string; seasonId: string }

/** A board with a first score, and so with a season; every score replaces the one before. */
export async function newBoard({ secretKey }: Demo, port: number, player: string): Promise<Opened> {
  const slug = `bench-${randomUUID().slice(0, 8)}`
  const board = { slug, name: 'Bench', operator: 'latest' }
  const { id } = await post<{ id: string }>(port, secretKey, '/v1/leaderboards', board)
  const first = { leaderboardId: id, userId: player, score: 0 }
  const { seasonId } = await post<Opened>(port, secretKey, '/v1/scores/update', first)
  return { leaderboardId: id, seasonId }
}
