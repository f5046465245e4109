import { env, exports } from 'cloudflare:workers'
import { Cost, countedEnv, type Told } from '@coinop/shared/cost'
import { appendMax, defineEvents } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { anonymous, call } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventsList } from './routes/events.list.ts'

/** As `cost.ts` asks it. */
const { EventsAppends: appends } = exports as unknown as {
  EventsAppends: { counted: (method: string, input: unknown[]) => Promise<Told> }
}
const { eventOf } = defineEvents({ 'test.thing.made': z.strictObject({}) })
const events = (count: number) =>
  Array.from({ length: count }, () =>
    eventOf('test.thing.made', { subject: 'thing', at: 0, data: {} }),
  )

describe('Coinop-Cost: 1', () => {
  test('a page reads one row an event', async () => {
    const caller = { projectId: newId('prj') }
    await appends.counted('append', [caller.projectId, events(5)])
    const page = (limit: string) => callCounting(eventsList, { caller, query: { limit } })
    const [five, two] = [await page('10'), await page('2')]
    expect([five.body.data.length, two.body.data.length]).toEqual([5, 2])
    expect([five.written, two.written]).toEqual([0, 0])
    expect(five.read - two.read).toBe(3)
  })

  test('an entrypoint tells its callers: an event is one row, and one more on the first of the day', async () => {
    const projectId = newId('prj')
    const append = async (count: number) => {
      const { rows } = await appends.counted('append', [projectId, events(count)])
      return rows.rowsWritten
    }
    expect([await append(1), await append(1), await append(3)]).toEqual([2, 1, 3])
  })

  test('a call that fails is told as it failed, with what it cost until then', async () => {
    const projectId = newId('prj')
    const told = await appends.counted('append', [projectId, events(appendMax + 1)])
    expect(told).toMatchObject({ rows: { rowsRead: 0, rowsWritten: 0 } })
    expect(told).toHaveProperty('error.message', `At most ${appendMax} events a call.`)
  })

  test('what is no binding is left as it is', () => {
    const given = env as unknown as EventsEnv
    const counting = countedEnv(given, new Cost())
    expect(counting.CURSOR_SECRET).toBe(given.CURSOR_SECRET)
    expect(Object.keys(counting)).toEqual(Object.keys(given))
  })

  test('a refusal tells it as well; nothing is told to who does not ask', async () => {
    const refused = await callCounting(eventsList, { caller: anonymous() })
    expect(refused).toMatchObject({ status: 401, read: 0, written: 0 })
    expect(tellsNoCost((await call(eventsList)).headers)).toBe(true)
  })
})
