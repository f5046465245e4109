/** The leaderboards of the peer: a Redis sorted set each, and a script for what has to happen at once. */
import { createClient } from '@redis/client'

export type Update = { leaderboardId: string; userId: string; score: number }
export type Applied = Update & {
  rank: number
  previousRank: number | null
  previousScore: number | null
  applied: boolean
}
export type Request = {
  /** The client's, in the project; empty without one. */
  key: string
  requestHash: string
  updates: Update[]
}
export type Submitted =
  | { ok: true; results: Applied[]; replayed: boolean }
  | { ok: false; code: 'idempotency_conflict' }

const keyKeptSeconds = 86_400
export const boardKey = (leaderboardId: string) => `board:${leaderboardId}`

/**
 * KEYS: the idempotency key, then the board of each update. ARGV: the hash, the seconds that the answer is kept, then user
 * and score of each. Answers the hash of the first request and its answer: for each update score and ranks, counted from 0.
 */
const submitScript = `
  local seen = redis.call('HMGET', KEYS[1], 'hash', 'answer')
  if seen[1] then return { seen[1], seen[2], 1 } end
  local answers = {}
  for i = 2, #KEYS do
    local user, score = ARGV[2 * i - 1], ARGV[2 * i]
    local previous = redis.call('ZSCORE', KEYS[i], user)
    local previousRank = previous and redis.call('ZREVRANK', KEYS[i], user)
    redis.call('ZADD', KEYS[i], score, user)
    answers[i - 1] = { redis.call('ZREVRANK', KEYS[i], user), previous, previousRank }
  end
  local answer = cjson.encode(answers)
  redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'answer', answer)
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return { ARGV[1], answer, 0 }`

type Answer = [rank: number, previous: string | false, previousRank: number | false]

export class Standings {
  private readonly client
  private script = ''
  private readonly known = new Set<string>()

  constructor(url: string) {
    this.client = createClient({ url })
  }

  async open(): Promise<void> {
    await this.client.connect()
    this.script = await this.client.scriptLoad(submitScript)
  }

  async addKey(lookup: string, secretHash: string): Promise<void> {
    await this.client.set(`key:${lookup}`, secretHash)
  }

  async addUsers(userIds: string[]): Promise<void> {
    await this.client.sAdd('users', userIds)
  }

  async secretHash(lookup: string): Promise<string | undefined> {
    return (await this.client.get(`key:${lookup}`)) ?? undefined
  }

  /** Whether all of them are users; a yes is remembered. */
  async exist(userIds: string[]): Promise<boolean> {
    const unknown = userIds.filter((each) => !this.known.has(each))
    if (unknown.length === 0) return true
    const found = await this.client.smIsMember('users', unknown)
    for (const [index, isThere] of found.entries()) if (isThere) this.known.add(unknown[index]!)
    return found.every(Boolean)
  }

  /** All at once, and once per key. */
  async submit({ key, requestHash, updates }: Request): Promise<Submitted> {
    const [hash, answer, replayed] = (await this.client.evalSha(this.script, {
      keys: [`idempotency:${key}`, ...updates.map((each) => boardKey(each.leaderboardId))],
      arguments: [
        requestHash,
        String(keyKeptSeconds),
        ...updates.flatMap(({ userId, score }) => [userId, String(score)]),
      ],
    })) as [string, string, number]
    if (hash !== requestHash) return { ok: false, code: 'idempotency_conflict' }
    const answers = JSON.parse(answer) as Answer[]
    const results = updates.map((update, index) => applied(update, answers[index]!))
    return { ok: true, results, replayed: replayed === 1 }
  }

  async rank(leaderboardId: string, userId: string) {
    const key = boardKey(leaderboardId)
    const [rank, score, total] = await Promise.all([
      this.client.zRevRank(key, userId),
      this.client.zScore(key, userId),
      this.client.zCard(key),
    ])
    return rank === null ? undefined : { rank: rank + 1, score, total }
  }

  async top(leaderboardId: string, limit: number) {
    const key = boardKey(leaderboardId)
    const [found, total] = await Promise.all([
      this.client.zRangeWithScores(key, 0, limit - 1, { REV: true }),
      this.client.zCard(key),
    ])
    const data = found.map(({ value, score }, index) => ({ rank: index + 1, userId: value, score }))
    return { data, total }
  }
}

function applied(update: Update, [rank, previous, previousRank]: Answer): Applied {
  return {
    ...update,
    rank: rank + 1,
    previousRank: previousRank === false ? null : previousRank + 1,
    previousScore: previous === false ? null : Number(previous),
    applied: true,
  }
}
