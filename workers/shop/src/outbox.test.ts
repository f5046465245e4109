import type { EventAppender, EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { drainOutbox } from '@coinop/shared/outbox'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test } from 'vitest'
import { eventOf } from './events.ts'
import { outbox } from './schema.ts'
import { bindings } from './test-shop.ts'

const db = drizzle(bindings.SHOP_DB)
const event = (): EventEnvelope =>
  eventOf('shop.order.refused', { subject: 'ord_1', at: 0, data: {} as never })

const away: EventAppender = {
  append: () => Promise.reject(new Error('The log is away.')),
}

test('more projects whose logs do not answer than D1 binds values keep no other waiting', async () => {
  const broken = Array.from({ length: 120 }, () => newId('prj'))
  await db.batch([
    db.delete(outbox),
    ...broken.map((projectId) => db.insert(outbox).values({ projectId, event: event() })),
  ])
  const well = newId('prj')
  await db.insert(outbox).values({ projectId: well, event: event() })
  const taken: string[] = []
  const append: EventAppender['append'] = async (projectId, batch) => {
    if (projectId !== well) return away.append(projectId, batch)
    taken.push(projectId)
    return { head: 1, appended: 1, duplicates: 0, dead: 0 }
  }
  await drainOutbox(db, { append })
  expect(taken).toEqual([well])
  expect(await db.$count(outbox)).toBe(120)
  await db.delete(outbox)
})

test('a project whose log does not answer keeps no other waiting, and loses nothing', async () => {
  const [broken, well] = [newId('prj'), newId('prj')]
  for (let index = 0; index < 150; index++) {
    await db.insert(outbox).values({ projectId: broken, event: event() })
  }
  await db.insert(outbox).values({ projectId: well, event: event() })
  const taken: string[] = []
  const events: EventAppender = {
    async append(projectId, batch) {
      if (projectId === broken) throw new Error('The log is away.')
      taken.push(projectId)
      return { head: 1, appended: batch.length, duplicates: 0, dead: 0 }
    },
  }
  await drainOutbox(db, events)
  expect(taken).toEqual([well])
  const waiting = await db.select({ projectId: outbox.projectId }).from(outbox)
  expect(waiting).toHaveLength(150)
  expect(new Set(waiting.map(({ projectId }) => projectId))).toEqual(new Set([broken]))
})
