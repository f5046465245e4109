/** What the tests of holds ask for. */
import { call } from '@coinop/shared/testing'
import { holdsCapture } from './routes/holds.capture.ts'
import { holdsCreate } from './routes/holds.create.ts'
import { holdsVoid } from './routes/holds.void.ts'
import { uniqueKey } from './test-money.ts'

type Headers = Record<string, string>

export const hold = (walletId: string, change: object = {}, headers: Headers = uniqueKey()) =>
  call(holdsCreate, {
    params: { walletId },
    headers,
    json: { currency: 'COIN', amount: 40, expiresInSeconds: 600, ...change },
  })
export const capture = (
  walletId: string,
  holdId: string,
  json: object = {},
  headers: Headers = uniqueKey(),
) => call(holdsCapture, { params: { walletId, holdId }, headers, json })
export const voidHold = (walletId: string, holdId: string, headers: Headers = uniqueKey()) =>
  call(holdsVoid, { params: { walletId, holdId }, headers })

export const unknownHold = 'hld_01k9x6c3v5t8r2m4n7p0q1s2w3'
