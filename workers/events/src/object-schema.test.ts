import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test } from 'vitest'
import { openTables } from './object-schema.ts'
import type { EventsAppends, EventsReads } from './rpc.ts'
import { asTheFirstVersionLeftIt, bindings, eventOf, eventsOf, inStorage } from './test-log.ts'

const { EventsAppends: appends, EventsReads: reads } = exports as unknown as {
  EventsAppends: Service<typeof EventsAppends>
  EventsReads: Service<typeof EventsReads>
}
const time = 1_790_000_000_000

const tablesIn = ({ sql }: DurableObjectStorage) =>
  sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name`,
    )
    .toArray()
    .map(({ name }) => name)

const newest = ['days', 'early', 'events', 'pages', 'schema_version']

describe('the tables of a log', () => {
  test('are made without an index of the ids, and are the same when they are opened again', () =>
    inStorage((storage) => {
      expect(tablesIn(storage)).toEqual(newest)
      const indexes = `SELECT 1 FROM sqlite_master WHERE type = 'index' AND tbl_name = 'events'`
      expect(storage.sql.exec(indexes).toArray()).toEqual([])
      openTables(storage)
      expect(tablesIn(storage)).toEqual(newest)
    }))

  test('of the first version stay beside the new ones, unless nothing is in them', () =>
    inStorage((storage) => {
      asTheFirstVersionLeftIt(storage.sql, [])
      openTables(storage)
      expect(tablesIn(storage)).toEqual(newest)
      asTheFirstVersionLeftIt(storage.sql, eventsOf(0, 3, time))
      openTables(storage)
      openTables(storage)
      expect(tablesIn(storage)).toEqual([...newest, 'indexed_events'].toSorted())
    }))

  test('take nothing from a Worker that is older', () =>
    inStorage((storage) => {
      const older = `INSERT OR FAIL INTO events (sequence, id, type, subject, at, data) VALUES (1, 'a', 'b', 'c', 'd', '{}')`
      expect(() => storage.sql.exec(older)).toThrow('NOT NULL')
    }))

  test('are as they were when a step fails', () =>
    inStorage((storage) => {
      asTheFirstVersionLeftIt(storage.sql, eventsOf(0, 3, time))
      storage.sql.exec(`CREATE TABLE pages (in_the_way)`)
      expect(() => openTables(storage)).toThrow('already exists')
      expect(tablesIn(storage)).toEqual(['days', 'events', 'pages'])
      storage.sql.exec(`DROP TABLE pages`)
      openTables(storage)
      expect(tablesIn(storage)).toContain('indexed_events')
    }))
})

describe('a log of the first version', () => {
  async function oldLog(count: number) {
    const projectId = newId('prj')
    const log = bindings.EVENT_LOGS.getByName(projectId)
    await runInDurableObject(log, (_, { storage }) =>
      asTheFirstVersionLeftIt(storage.sql, eventsOf(0, count, time)),
    )
    await evictDurableObject(log)
    return { projectId, log }
  }

  test('loses nothing, goes on where it was, and drops what it has', async () => {
    const { projectId, log } = await oldLog(30)
    const again = [eventOf(29, time), eventOf(30, time), eventOf(0, time), eventOf(31, time - 1)]
    const answer = { head: 32, appended: 2, duplicates: 2, dead: 0 }
    expect(await appends.append(projectId, again)).toEqual(answer)
    await evictDurableObject(log)
    expect(await appends.append(projectId, again)).toEqual({
      ...answer,
      appended: 0,
      duplicates: 4,
    })
    const { events, head } = await reads.read(projectId, 0, 1_000)
    expect(head).toBe(32)
    const expected = [...eventsOf(0, 30, time), again[1]!, again[3]!]
    expect(events).toEqual(expected.map((event, index) => ({ sequence: index + 1, ...event })))
  })

  test('is read over the seam, from wherever and however little', async () => {
    const { projectId } = await oldLog(10)
    await appends.append(projectId, eventsOf(10, 10, time + 1))
    for (const [after, limit] of [
      [0, 10],
      [8, 1],
      [8, 5],
      [9, 1],
      [10, 3],
      [15, 50],
    ] as const) {
      const { events } = await reads.read(projectId, after, limit)
      const last = Math.min(20, after + limit)
      const numbers = Array.from({ length: last - after }, (_, index) => after + index)
      expect(events.map(({ sequence, data }) => [sequence, data['number']])).toEqual(
        numbers.map((number) => [number + 1, number]),
      )
    }
  })

  test('writes one row for each new event', async () => {
    const { projectId, log } = await oldLog(10)
    await appends.append(projectId, [eventOf(10, time)])
    const rows = await runInDurableObject(log, (_, { storage }) =>
      ['events', 'indexed_events'].map((table) =>
        storage.sql.exec(`SELECT count(*) AS rows FROM ${table}`).one(),
      ),
    )
    expect(rows).toEqual([{ rows: 1 }, { rows: 10 }])
  })
})
