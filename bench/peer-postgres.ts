/**
 * The peer of `bench/wallet.ts`, a process of its own: Fastify and PostgreSQL doing what the gateway and the wallet do for a
 * movement. It hears what to serve in its environment, and prints a line when it listens.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseApiKey } from '../packages/shared/src/api-key.ts'
import { Ledger, type Moved, type Posting } from './peer-ledger.ts'
import { type PeerSettings, ready } from './peer-settings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: string
  }
}

const { port, url, key, walletIds, posted } = JSON.parse(process.env['PEER'] ?? '') as PeerSettings
const pepper = 'a secret that is not in the database'
const rememberedMilliseconds = 10_000
const requestsPerMinuteMax = 300_000
const bodyBytesMax = 65_536

const ledger = new Ledger(url)
await ledger.create()
await ledger.addKey(parseApiKey(key)?.lookup ?? '', hmac(key).toString('hex'))
await ledger.addWallets(walletIds, posted)

const WalletId = z.string().regex(/^usr_[0-9a-hjkmnp-tv-z]{26}$/)
const Currency = z.string().regex(/^[A-Z][A-Z0-9_]{1,15}$/)
const Amount = z.int().min(1).max(1_000_000_000_000)
const Memo = z.string().max(200)
const NewDeposit = z.strictObject({ currency: Currency, amount: Amount, reason: Memo.min(1) })
const NewTransfer = z.strictObject({
  from: WalletId,
  to: WalletId,
  currency: Currency,
  amount: Amount,
  memo: Memo.optional(),
})
const Key = z.string().min(1).max(255)

const app = fastify({ bodyLimit: bodyBytesMax })

function hmac(text: string): Buffer {
  return createHmac('sha256', pepper).update(text).digest()
}

/** Who is asking: from the database where money moves, so that a revoked key is refused at once; else remembered. */
const remembered = new Map<string, number>()
async function authenticate(
  request: FastifyRequest,
  fromMemory: boolean,
): Promise<string | undefined> {
  const sent = request.headers['x-api-key']
  if (typeof sent !== 'string') return undefined
  const lookup = parseApiKey(sent)?.lookup
  if (!lookup) return undefined
  if (fromMemory && (remembered.get(sent) ?? 0) > Date.now()) return lookup
  const stored = await ledger.secretHash(lookup)
  if (!stored || !timingSafeEqual(Buffer.from(stored, 'hex'), hmac(sent))) return undefined
  remembered.set(sent, Date.now() + rememberedMilliseconds)
  return lookup
}

/** Requests of each key in this minute. */
const limits = { minute: 0, counts: new Map<string, number>() }
function withinLimit(caller: string): boolean {
  const minute = Math.floor(Date.now() / 60_000)
  if (minute !== limits.minute) Object.assign(limits, { minute, counts: new Map() })
  const count = (limits.counts.get(caller) ?? 0) + 1
  limits.counts.set(caller, count)
  return count <= requestsPerMinuteMax
}

app.decorateRequest('caller', '')
app.addHook('onRequest', async (request, reply) => {
  const caller = await authenticate(request, request.method === 'GET')
  if (!caller) return refuse(reply, 401, 'unauthenticated')
  if (!withinLimit(caller)) return refuse(reply, 429, 'rate_limited')
  request.caller = caller
  return undefined
})

const refuse = (reply: FastifyReply, status: number, code: string) =>
  reply.code(status).type('application/problem+json').send({ status, code })

type Asked = { kind: 'deposit' | 'transfer'; memo: string; postings: Posting[]; body: object }

async function move(
  request: FastifyRequest,
  { kind, memo, postings, body }: Asked,
): Promise<Moved> {
  const { caller: actor } = request
  const requestHash = createHash('sha256').update(`${request.url}\n${JSON.stringify(body)}`)
  const sent = Key.parse(request.headers['idempotency-key'])
  const scoped = `${actor}:${kind}:${sent}`
  return ledger.move({
    key: scoped,
    requestHash: requestHash.digest('hex'),
    kind,
    memo,
    actor,
    postings,
  })
}

function answer(reply: FastifyReply, moved: Moved) {
  if (!moved.ok) return refuse(reply, moved.code === 'not_found' ? 404 : 409, moved.code)
  if (moved.replayed) reply.header('idempotency-replayed', 'true')
  return reply.code(201).send({ entries: moved.entries })
}

app.setErrorHandler((error, _request, reply) =>
  error instanceof z.ZodError
    ? refuse(reply, 400, 'invalid_request')
    : refuse(reply, 500, 'internal'),
)

app.post<{ Params: { walletId: string } }>(
  '/v1/wallets/:walletId/deposit',
  async (request, reply) => {
    const walletId = WalletId.parse(request.params.walletId)
    const body = NewDeposit.parse(request.body)
    const { amount, reason: memo } = body
    const postings = [{ walletId, amount }]
    return answer(reply, await move(request, { kind: 'deposit', memo, postings, body }))
  },
)

app.post('/v1/transfer', async (request, reply) => {
  const body = NewTransfer.parse(request.body)
  const { from, to, amount, memo = '' } = body
  if (from === to) return refuse(reply, 409, 'same_wallet')
  const postings = [
    { walletId: from, amount: -amount },
    { walletId: to, amount },
  ]
  return answer(reply, await move(request, { kind: 'transfer', memo, postings, body }))
})

app.get<{ Querystring: { userId?: string } }>('/v1/balance', async (request, reply) => {
  const walletId = WalletId.parse(request.query.userId)
  const posted = await ledger.posted(walletId)
  if (posted === undefined) return refuse(reply, 404, 'not_found')
  const balances = [{ currency: 'COIN', posted, held: 0, available: posted }]
  return reply.send({ walletId, balances })
})

await app.listen({ host: '127.0.0.1', port })
console.log(ready)
