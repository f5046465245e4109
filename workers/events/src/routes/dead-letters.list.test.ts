import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, test } from 'vitest'
import { deadLetters } from '../schema.ts'
import { deadLettersList } from './dead-letters.list.ts'

const db = drizzle((env as unknown as EventsEnv).EVENTS_DB)

async function projectWith(reasons: string[]): Promise<string> {
  const projectId = newId('prj')
  for (const reason of reasons) {
    const row = {
      projectId,
      eventId: 'evt_wrong',
      type: 'test.thing.made',
      reason,
      event: '{}',
      at: 0,
    }
    await db.insert(deadLetters).values(row)
  }
  return projectId
}

describe('dead-letters.list', () => {
  test('200 newest first, paged, and nothing of another project', async () => {
    const caller = { projectId: await projectWith(['a', 'b', 'c']) }
    await projectWith(['foreign'])
    const first = await call(deadLettersList, { caller, query: { limit: '2' } })
    const query = { limit: '2', cursor: first.body.nextCursor }
    const second = await call(deadLettersList, { caller, query })
    const reasons = [first, second].map(({ body }) =>
      body.data.map(({ reason }: { reason: string }) => reason),
    )
    expect(reasons).toEqual([['c', 'b'], ['a']])
    expect(second.body.nextCursor).toBeNull()
  })

  test('400 invalid_request for a cursor of another project', async () => {
    const caller = { projectId: await projectWith(['a', 'b']) }
    const { body } = await call(deadLettersList, { caller, query: { limit: '1' } })
    const query = { cursor: body.nextCursor }
    expect(await call(deadLettersList, { query })).toMatchObject({ status: 400 })
  })

  test('401 and 403: only a secret key with events:read', async () => {
    expect(await call(deadLettersList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), secretKeyWith('wallet:read')]) {
      expect(await call(deadLettersList, { caller })).toMatchObject({ status: 403 })
    }
  })
})
