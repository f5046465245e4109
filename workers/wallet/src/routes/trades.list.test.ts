import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { newUser, userWith } from '../test-money.ts'
import { begin, cancel, confirmBoth, makeTradedCurrencies, offered } from '../test-trades.ts'
import { tradesList } from './trades.list.ts'

beforeAll(makeTradedCurrencies)

type Line = { id: string; status: string; partnerId: string; initiated: boolean }
const list = async (userId: string, query: Record<string, string> = {}): Promise<Line[]> =>
  (await call(tradesList, { query: { userId, ...query } })).body.data as Line[]

describe('trades.list', () => {
  test('200 newest first, paged without a skip, to both sides', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const ids: string[] = []
    for (let made = 0; made < 5; made++) ids.push((await begin(ada, grace)).body.id as string)
    for (const userId of [ada, grace]) {
      const seen: Line[] = []
      let cursor: string | null = null
      do {
        const query: Record<string, string> = { limit: '2', ...(cursor && { cursor }) }
        const { body } = await call(tradesList, { query, caller: player(userId) })
        seen.push(...(body.data as Line[]))
        cursor = body.nextCursor as string | null
      } while (cursor)
      const sent = seen.map(({ id }) => id)
      expect(sent).toEqual(ids.toSorted().toReversed())
      expect(seen[0]).toMatchObject({
        partnerId: userId === ada ? grace : ada,
        initiated: userId === ada,
        status: 'open',
      })
    }
  })

  test('200 by status, once the copy has heard of it', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const done = await offered([ada, { COIN: 1 }], [grace, {}])
    await confirmBoth(done, ada, grace)
    const off = await offered([ada, { COIN: 1 }], [grace, {}])
    await cancel(off.id, grace)
    const open = await offered([ada, { COIN: 1 }], [grace, {}])
    for (const [status, id] of [
      ['completed', done.id],
      ['cancelled', off.id],
      ['open', open.id],
    ] as const) {
      await vi.waitFor(async () => {
        expect((await list(grace, { status })).map((line) => line.id)).toEqual([id])
      }, 10_000)
    }
    expect(await list(grace, { status: 'failed' })).toEqual([])
  })

  test('200 nothing of another project; 400 invalid_request for a cursor of another player or filter', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    for (let made = 0; made < 2; made++) await begin(ada, grace)
    const query = { userId: ada, limit: '1' }
    const { body } = await call(tradesList, { query })
    const cursor = body.nextCursor as string
    for (const other of [
      { userId: grace, cursor },
      { userId: ada, status: 'open', cursor },
      { userId: ada, status: 'unknown' },
    ]) {
      expect(await call(tradesList, { query: other })).toMatchObject({
        body: { code: 'invalid_request' },
      })
    }
    const foreign = await call(tradesList, { query, caller: { projectId: otherProject } })
    expect(foreign.body.data).toEqual([])
  })

  test('401 without a credential, 403 for another player or a key without wallet:read', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const as = (caller: object) => call(tradesList, { caller, query: { userId: ada } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player(grace))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('users:read'))).toMatchObject({ status: 403 })
  })
})
