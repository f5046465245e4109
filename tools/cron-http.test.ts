/** The way crons are fired: through Miniflare's own address, to the named Worker, without waiting synchronously. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleAll } from './bundle.ts'
import { runScheduled } from './cron.ts'
import { openSystem } from './embedded.ts'
import { applyMigrations } from './migrations.ts'
import { testSecrets } from './secrets.ts'
import { findWorkers } from './workers.ts'

const workers = findWorkers()
let system: Awaited<ReturnType<typeof openSystem>>
beforeAll(async () => {
  const bundles = await bundleAll(workers)
  system = await openSystem({ workers, bundles, secrets: testSecrets(workers), onLog: () => {} })
  await applyMigrations(system, workers)
}, 120_000)
afterAll(() => system.dispose())

const event = {
  id: 'evt_01k9x6c3v5t8r2m4n7p0q1s2w3',
  type: 'auth.user.created',
  subject: 'usr_test',
  at: '2026-11-21T00:00:00.000Z',
  data: {},
}

test('a fired cron does its work: what waits in the outbox of auth is sent', async () => {
  const database = await system.getD1Database('AUTH_DB', 'coinop-auth')
  const waiting = () => database.prepare('SELECT count(*) AS count FROM outbox').first('count')
  await database
    .prepare('INSERT INTO outbox (project_id, event) VALUES (?, ?)')
    .bind('prj_test', JSON.stringify(event))
    .run()
  expect(await waiting()).toBe(1)
  await runScheduled(system, 'coinop-auth', { cron: '* * * * *', time: new Date() })
  expect(await waiting()).toBe(0)
})

test('every Worker with a cron answers it; one without says so', async () => {
  const fire = (service: string) =>
    runScheduled(system, service, { cron: '* * * * *', time: new Date() })
  for (const { service, crons } of workers) if (crons.length > 0) await fire(service)
  await expect(fire('coinop-password')).rejects.toThrow()
})
