import { env } from 'cloudflare:workers'
import { drainOutbox } from '@coinop/shared/outbox'
import { testProject } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test } from 'vitest'
import { makeLeaderboard } from './test-leaderboards.ts'

const bindings = env as unknown as LeaderboardsEnv & { GATEWAY_TO_EVENTS: Fetcher }

test('what was created is in the event log of the project, once, however often the outbox is emptied', async () => {
  const name = await makeLeaderboard()
  const db = drizzle(bindings.LEADERBOARDS_DB)
  await Promise.all([1, 2, 3].map(() => drainOutbox(db, bindings.EVENTS_APPENDS)))
  const mine = (await loggedEvents()).filter(({ subject }) => subject === name)
  expect(mine).toMatchObject([
    { type: 'leaderboards.leaderboard.created', data: { name, note: 'a note' } },
  ])
})

type Logged = { subject: string; type: string; data: object }

async function loggedEvents(): Promise<Logged[]> {
  const caller = {
    kind: 'secret',
    actorId: 'key_secret',
    projectId: testProject,
    scopes: ['events:read'],
    plan: 'free',
    requestId: 'test',
    traceparent: '',
  }
  const response = await bindings.GATEWAY_TO_EVENTS.fetch('http://worker/v1/events?limit=100', {
    headers: { 'coinop-caller': JSON.stringify(caller) },
  })
  return (await response.json<{ data: Logged[] }>()).data
}
