/** The work of `npm run bench -- wallet`: the same requests for Coinop and for the peer, and the wallets that they use. */
import { randomUUID } from 'node:crypto'
import { step } from '../tools/progress.ts'
import type { Demo } from '../tools/demo.ts'
import type { Load, Request } from './load.ts'

export const walletsCount = 200
const transferringCount = 64
const connectionsMax = 8
/** Enough that no transfer of any round is refused. */
export const startingAmount = 10_000_000

type Work = { status: number; each: (ids: string[], index: number) => Request }

const deposit = (id: string): Request => ({
  path: `/v1/wallets/${id}/deposit`,
  json: { currency: 'COIN', amount: 1, reason: 'bench' },
})

/** Every wallet pays every other one in turn. */
function transfer(ids: string[], index: number): Request {
  const from = index % transferringCount
  const further = 1 + (Math.floor(index / transferringCount) % (transferringCount - 1))
  const to = ids[(from + further) % transferringCount]
  return { path: '/v1/transfer', json: { from: ids[from], to, currency: 'COIN', amount: 1 } }
}

export const works: Record<string, Work> = {
  'deposits, one hot wallet': { status: 201, each: (ids) => deposit(ids[0]!) },
  [`deposits, ${walletsCount} wallets`]: {
    status: 201,
    each: (ids, index) => deposit(ids[index % walletsCount]!),
  },
  [`transfers, ${transferringCount} wallets`]: { status: 201, each: transfer },
  'balance reads': {
    status: 200,
    each: (ids, index) => ({ path: `/v1/balance?userId=${ids[index % walletsCount]}` }),
  },
}

type Bounds = Pick<Load, 'port' | 'connections' | 'requestsMax' | 'secondsMax'>
type Customer = { secretKey: string; ids: string[] }

/** The load of one run; no two requests of any runs share a key. */
export function loadOf({ status, each }: Work, { secretKey, ids }: Customer, bounds: Bounds): Load {
  const run = randomUUID()
  return {
    ...bounds,
    path: '',
    status,
    each: (index) => ({
      ...each(ids, index),
      headers: { 'x-api-key': secretKey, 'idempotency-key': `${run}-${index}` },
    }),
  }
}

/** Players with money, made through the public door. */
export async function openWallets({ secretKey, currency }: Demo, port: number): Promise<string[]> {
  const ids: string[] = []
  const post = async (path: string, json: object) => {
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
    return response.json()
  }
  const lane = async () => {
    while (ids.length < walletsCount) {
      const at = ids.push('') - 1
      const device = { deviceSecret: `${randomUUID()}${randomUUID()}` }
      const { user } = (await post('/v1/login/device', device)) as { user: { id: string } }
      ids[at] = user.id
      const money = { currency, amount: startingAmount, reason: 'bench' }
      await post(`/v1/wallets/${user.id}/deposit`, money)
    }
  }
  await step('Wallets', async () => {
    await Promise.all(Array.from({ length: connectionsMax }, lane))
  })
  return ids
}
