import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { defineEvents, type EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { deadLettersList } from './routes/dead-letters.list.ts'
import type { EventsAppends, EventsFollows, EventsReads } from './rpc.ts'

const { EventsAppends: appends, EventsReads: reads } = exports as unknown as {
  EventsAppends: Service<typeof EventsAppends>
  EventsReads: Service<typeof EventsReads>
}
const { EVENT_LOGS } = env as unknown as EventsEnv
const { eventOf } = defineEvents({ 'test.thing.made': z.strictObject({ number: z.int() }) })

const project = () => newId('prj')
const numbered = (from: number, count: number): EventEnvelope[] =>
  Array.from({ length: count }, (_, index) =>
    eventOf('test.thing.made', { subject: 'thing', at: 0, data: { number: from + index } }),
  )

describe('EventsAppends.append', () => {
  test('numbers events 1, 2, 3 … in the order given', async () => {
    const projectId = project()
    expect(await appends.append(projectId, numbered(1, 3))).toEqual({
      head: 3,
      appended: 3,
      duplicates: 0,
      dead: 0,
    })
    const { events, head } = await reads.read(projectId, 0, 10)
    expect(head).toBe(3)
    expect(events.map(({ sequence, data }) => [sequence, data['number']])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
  })

  test('drops what it has seen and leaves no gap for it', async () => {
    const projectId = project()
    const [first, second] = [numbered(1, 3), numbered(4, 2)]
    await appends.append(projectId, first)
    const mixed = [...first.slice(1), ...second]
    expect(await appends.append(projectId, mixed)).toMatchObject({
      head: 5,
      appended: 2,
      duplicates: 2,
    })
    const { events } = await reads.read(projectId, 0, 10)
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5])
  })

  test('takes 1,000 in one call, and an event that is in it twice once', async () => {
    const projectId = project()
    const many = numbered(0, 999)
    const answer = await appends.append(projectId, [...many, many[5]!])
    expect(answer).toMatchObject({ head: 999, appended: 999, duplicates: 1 })
    const { events } = await reads.read(projectId, 0, 1_000)
    expect(events.map(({ data }) => data['number'])).toEqual(many.map((_, index) => index))
  })

  test('stays gapless and complete when 50 batches come at once, each twice', async () => {
    const projectId = project()
    const batches = Array.from({ length: 50 }, (_, index) => numbered(index * 4, 4))
    await Promise.all([...batches, ...batches].map((batch) => appends.append(projectId, batch)))
    const { events, head } = await reads.read(projectId, 0, 1_000)
    expect(head).toBe(200)
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    )
    expect(new Set(events.map(({ data }) => data['number'])).size).toBe(200)
  })

  test('drops what it has also when its object was aborted, and both come at once', async () => {
    const projectId = project()
    const events = numbered(1, 40)
    await appends.append(projectId, events.slice(0, 20))
    const abort = runInDurableObject(EVENT_LOGS.getByName(projectId), (object) =>
      (object as unknown as { ctx: DurableObjectState }).ctx.abort('injected'),
    )
    await expect(abort).rejects.toThrow('injected')
    const answers = await Promise.all(
      [events, events.toReversed()].map((each) => appends.append(projectId, each)),
    )
    expect(answers.map(({ head, appended }) => [head, appended])).toEqual([
      [40, 20],
      [40, 0],
    ])
  })

  test('keeps a log per project', async () => {
    const [one, other] = [project(), project()]
    await appends.append(one, numbered(1, 2))
    expect(await reads.read(other, 0, 10)).toEqual({ events: [], head: 0 })
  })

  test('buries an event that is no event and goes on with the others', async () => {
    const projectId = project()
    const [good] = numbered(1, 1)
    const bad = { ...good, id: 'evt_wrong' } as EventEnvelope
    const huge = { ...numbered(2, 1)[0], data: { text: 'x'.repeat(70_000) } } as EventEnvelope
    expect(await appends.append(projectId, [bad, huge, good!])).toMatchObject({
      appended: 1,
      dead: 2,
      head: 1,
    })
    const { body } = await call(deadLettersList, { caller: { projectId } })
    expect(body.data.map(({ reason }: { reason: string }) => reason)).toEqual([
      'Longer than 65536 characters.',
      expect.stringContaining('pattern'),
    ])
  })
})

describe('EventsAppends.appendText', () => {
  test('appends as append does, each once', async () => {
    const projectId = project()
    const events = numbered(1, 300)
    const text = (some: EventEnvelope[]) => appends.appendText(projectId, JSON.stringify(some))
    expect(await text(events.slice(0, 200))).toEqual({
      head: 200,
      appended: 200,
      duplicates: 0,
      dead: 0,
    })
    expect(await appends.append(projectId, events)).toMatchObject({ head: 300, duplicates: 200 })
    expect(await text(events)).toMatchObject({ head: 300, appended: 0, duplicates: 300 })
    const read = await reads.read(projectId, 0, 1_000)
    expect(read.events).toEqual(events.map((event, index) => ({ ...event, sequence: index + 1 })))
  })

  test('buries an event that is no event and goes on with the others', async () => {
    const projectId = project()
    const events = numbered(1, 3)
    const bad = { ...events[1], id: 'evt_wrong' }
    const sent = JSON.stringify([events[0], bad, events[2]])
    expect(await appends.appendText(projectId, sent)).toMatchObject({ appended: 2, dead: 1 })
    const { body } = await call(deadLettersList, { caller: { projectId } })
    expect(body.data).toMatchObject([{ reason: expect.stringContaining('pattern') }])
  })

  test('refuses more than 1,000', async () => {
    const projectId = project()
    const answer = await appends
      .appendText(projectId, JSON.stringify(numbered(0, 1_001)))
      .then(() => 'appended', String)
    expect(answer).toContain('At most 1000 events a call.')
    expect(await reads.read(projectId, 0, 10)).toEqual({ events: [], head: 0 })
  })
})

describe('EventsReads.read', () => {
  test('goes on from a cursor, and the log survives its object leaving memory', async () => {
    const projectId = project()
    await appends.append(projectId, numbered(1, 5))
    await evictDurableObject(EVENT_LOGS.getByName(projectId))
    const { events } = await reads.read(projectId, 3, 1)
    expect(events.map(({ sequence }) => sequence)).toEqual([4])
  })
})

describe('EventsFollows.follow', () => {
  type Follower = Service<typeof EventsFollows>
  const { EventsFollows: bound } = exports as unknown as {
    EventsFollows: (options: { props: object }) => Follower
  }
  const { eventOf: otherOf } = defineEvents({ 'test.thing.lost': z.strictObject({}) })
  const lost = () => otherOf('test.thing.lost', { subject: 'thing', at: 0, data: {} })

  test('tells a subscriber of the types that its binding names, and of nothing else', async () => {
    const projectId = project()
    await appends.append(projectId, [...numbered(1, 2), lost(), ...numbered(3, 1)])
    const cursors = [{ projectId, after: 1 }]
    const typesOf = async (props: object) => {
      const [log] = await bound({ props }).follow(cursors, 100)
      return log!.events.map(({ sequence, type }) => [sequence, type])
    }
    expect(await typesOf({ types: ['test.thing.lost'] })).toEqual([[3, 'test.thing.lost']])
    expect(await typesOf({ types: ['test.thing.made'] })).toEqual([
      [2, 'test.thing.made'],
      [4, 'test.thing.made'],
    ])
    expect(await typesOf({})).toEqual([])
  })

  test('looks at no more events than it was told, of each log, and says where to go on', async () => {
    const [one, other] = [project(), project()]
    await appends.append(one, [...numbered(1, 5), lost()])
    await appends.append(other, [lost()])
    const follower = bound({ props: { types: ['test.thing.lost'] } })
    const ask = (after: number, limit: number) =>
      follower.follow(
        [
          { projectId: one, after },
          { projectId: other, after },
        ],
        limit,
      )
    expect(await ask(0, 4)).toMatchObject([
      { projectId: one, events: [], next: 4, head: 6 },
      { projectId: other, events: [{ sequence: 1 }], next: 1, head: 1 },
    ])
    expect(await ask(4, 4)).toMatchObject([{ events: [{ sequence: 6 }], next: 6 }, { next: 4 }])
    expect(await ask(0, 0)).toMatchObject([{ events: [], next: 0, head: 6 }, { events: [] }])
  })
})
