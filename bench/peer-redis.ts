/**
 * The peer of `bench/leaderboards.ts`, a process of its own: Fastify and Redis doing what the gateway and the leaderboards do
 * for a score. It hears what to serve in its environment, and prints a line when it listens.
 */
import { createHash } from 'node:crypto'
import fastify, { type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseApiKey } from '../packages/shared/src/api-key.ts'
import { addDoor, hashOfKey, refuse } from './peer-door.ts'
import { type RedisPeerSettings, ready } from './peer-settings.ts'
import { Standings, type Update } from './peer-standings.ts'

const { port, url, key, userIds } = JSON.parse(process.env['PEER'] ?? '') as RedisPeerSettings
const bodyBytesMax = 262_144
const updatesMax = 100

const standings = new Standings(url)
await standings.open()
await standings.addKey(parseApiKey(key)?.lookup ?? '', hashOfKey(key))
await standings.addUsers(userIds)

const UserId = z.string().regex(/^usr_[0-9a-hjkmnp-tv-z]{26}$/)
const BoardId = z.string().regex(/^brd_[0-9a-hjkmnp-tv-z]{26}$/)
const Score = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
const NewScore = z.strictObject({ leaderboardId: BoardId, userId: UserId, score: Score })
const Batch = z.strictObject({ updates: z.array(NewScore).min(1).max(updatesMax) })
const Key = z.string().min(1).max(255)
const Limit = z.coerce.number().int().min(1).max(100)

const app = fastify({ bodyLimit: bodyBytesMax })
addDoor(app, (lookup) => standings.secretHash(lookup))

function submit(request: FastifyRequest, updates: Update[]) {
  const requestHash = createHash('sha256').update(`${request.url}\n${JSON.stringify(updates)}`)
  const sent = Key.parse(request.headers['idempotency-key'])
  return standings.submit({
    key: `${request.caller}:${request.url}:${sent}`,
    requestHash: requestHash.digest('hex'),
    updates,
  })
}

app.post('/v1/scores/update', async (request, reply) => {
  const update = NewScore.parse(request.body)
  if (!(await standings.exist([update.userId]))) return refuse(reply, 404, 'user_not_found')
  const submitted = await submit(request, [update])
  if (!submitted.ok) return refuse(reply, 409, submitted.code)
  if (submitted.replayed) reply.header('idempotency-replayed', 'true')
  return reply.send(submitted.results[0])
})

app.post('/v1/scores/batch', async (request, reply) => {
  const { updates } = Batch.parse(request.body)
  const all = await standings.exist(updates.map(({ userId }) => userId))
  if (!all) return refuse(reply, 404, 'user_not_found')
  const submitted = await submit(request, updates)
  if (!submitted.ok) return refuse(reply, 409, submitted.code)
  const { replayed } = submitted
  const results = submitted.results.map((score) => ({ score, problem: null, replayed }))
  return reply.send({ results })
})

app.get<{ Params: { leaderboardId: string; userId: string } }>(
  '/v1/leaderboards/:leaderboardId/rank/:userId',
  async (request, reply) => {
    const leaderboardId = BoardId.parse(request.params.leaderboardId)
    const userId = UserId.parse(request.params.userId)
    const found = await standings.rank(leaderboardId, userId)
    if (!found) return refuse(reply, 404, 'entry_not_found')
    const percentile = (100 * found.rank) / found.total
    return reply.send({ ...found, userId, leaderboardId, percentile })
  },
)

app.get<{ Params: { leaderboardId: string }; Querystring: { limit?: string } }>(
  '/v1/leaderboards/:leaderboardId/top',
  async (request, reply) => {
    const leaderboardId = BoardId.parse(request.params.leaderboardId)
    return reply.send(await standings.top(leaderboardId, Limit.parse(request.query.limit ?? 20)))
  },
)

await app.listen({ host: '127.0.0.1', port })
console.log(ready)
