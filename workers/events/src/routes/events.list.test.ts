import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { isoTime, now } from '@coinop/shared/clock'
import { defineEvents } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { asTheFirstVersionLeftIt, eventsOf as numberedEvents } from '../test-log.ts'
import type { EventsAppends } from '../rpc.ts'
import { eventsList } from './events.list.ts'

const { EventsAppends: appends } = exports as unknown as {
  EventsAppends: Service<typeof EventsAppends>
}
const { eventOf } = defineEvents({
  'test.thing.made': z.strictObject({ number: z.int() }),
  'test.thing.lost': z.strictObject({ number: z.int() }),
})

async function projectWith(count: number): Promise<string> {
  const projectId = newId('prj')
  await appendTo(projectId, count)
  return projectId
}

async function appendTo(projectId: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) =>
    eventOf(index % 2 ? 'test.thing.lost' : 'test.thing.made', {
      subject: 'thing',
      at: 0,
      data: { number: index + 1 },
    }),
  )
  await appends.append(projectId, events)
}

/** As if what was appended today had been appended some days ago, and the object had gone since. */
async function appendedDaysAgo(projectId: string, days: number): Promise<void> {
  const { EVENT_LOGS } = env as unknown as EventsEnv
  const dayBefore = (count: number) => isoTime(now() - count * 86_400_000).slice(0, 10)
  const log = EVENT_LOGS.getByName(projectId)
  await runInDurableObject(log, (_, { storage }) => {
    const set = `UPDATE days SET day = ? WHERE day = ?`
    storage.sql.exec(set, dayBefore(days), dayBefore(0))
  })
  await evictDurableObject(log)
}
const list = (projectId: string, query: Record<string, string>) =>
  call(eventsList, { caller: { projectId }, query })

describe('events.list', () => {
  test('200 oldest first; nextAfter goes on where the page ended', async () => {
    const projectId = await projectWith(5)
    const first = await list(projectId, { limit: '3' })
    expect(first.body).toMatchObject({ nextAfter: 3, head: 5 })
    const second = await list(projectId, { limit: '3', after: '3' })
    expect(second.body.data.map(({ sequence }: { sequence: number }) => sequence)).toEqual([4, 5])
    expect(second.body.nextAfter).toBe(5)
  })

  test('200 with one type; nextAfter skips what was left out', async () => {
    const projectId = await projectWith(5)
    const { body } = await list(projectId, { type: 'test.thing.lost' })
    expect(body.data.map(({ sequence }: { sequence: number }) => sequence)).toEqual([2, 4])
    expect(body.nextAfter).toBe(5)
  })

  test('200 of only what the plan retains, wherever one begins; a larger plan shows the rest again', async () => {
    const projectId = await projectWith(2)
    await appendedDaysAgo(projectId, 8)
    await appendTo(projectId, 1)
    await appendedDaysAgo(projectId, 7)
    await appendTo(projectId, 1)
    const sequencesOf = async (plan: string, query: Record<string, string> = {}) => {
      const { body } = await call(eventsList, { caller: { projectId, plan }, query })
      expect(body).toMatchObject({ nextAfter: 4, head: 4 })
      return body.data.map(({ sequence }: { sequence: number }) => sequence)
    }
    expect(await sequencesOf('free')).toEqual([3, 4])
    expect(await sequencesOf('free', { after: '1' })).toEqual([3, 4])
    expect(await sequencesOf('free', { after: '3' })).toEqual([4])
    expect(await sequencesOf('pro')).toEqual([1, 2, 3, 4])
  })

  test('200 and nothing of a project that was quiet for longer than the plan retains', async () => {
    const projectId = await projectWith(2)
    await appendedDaysAgo(projectId, 40)
    const quiet = await call(eventsList, { caller: { projectId, plan: 'pro' } })
    expect(quiet.body).toEqual({ data: [], nextAfter: 2, head: 2 })
    const all = await call(eventsList, { caller: { projectId, plan: 'scale' } })
    expect(all.body.data).toHaveLength(2)
  })

  test('200 of all that was logged before days were noted, and of what came after', async () => {
    const projectId = newId('prj')
    const { EVENT_LOGS } = env as unknown as EventsEnv
    const log = EVENT_LOGS.getByName(projectId)
    await runInDurableObject(log, (_, { storage }) => {
      asTheFirstVersionLeftIt(storage.sql, numberedEvents(0, 2, now()))
      storage.sql.exec(`DROP TABLE days`)
    })
    await evictDurableObject(log)
    const sequences = async () =>
      (await list(projectId, {})).body.data.map(({ sequence }: { sequence: number }) => sequence)
    expect(await sequences()).toEqual([1, 2])
    await appendTo(projectId, 1)
    expect(await sequences()).toEqual([1, 2, 3])
  })

  test('200 and nothing for a project without events', async () => {
    expect((await list(newId('prj'), {})).body).toEqual({ data: [], nextAfter: 0, head: 0 })
  })

  test.each([{ after: '-1' }, { after: 'x' }, { limit: '101' }, { since: '1' }])(
    '400 invalid_request for %j',
    async (query) => {
      expect(await call(eventsList, { query: query })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      })
    },
  )

  test('401 and 403: only a secret key with events:read', async () => {
    expect(await call(eventsList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await call(eventsList, { caller })).toMatchObject({ status: 403 })
    }
  })
})
