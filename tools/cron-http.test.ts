/**
 * All Workers as `npm start` runs them: crons are fired through Miniflare's own address, to the named Worker, without waiting
 * synchronously; passwords are hashed in another process.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleAll } from './bundle.ts'
import { runScheduled } from './cron.ts'
import { openSystem, type Running } from './embedded.ts'
import { applyMigrations } from './migrations.ts'
import { testSecrets } from './secrets.ts'
import { findWorkers } from './workers.ts'

const workers = findWorkers()
let running: Running
let system: Running['miniflare']
beforeAll(async () => {
  const bundles = await bundleAll(workers)
  running = await openSystem({ workers, bundles, secrets: testSecrets(workers), onLog: () => {} })
  system = running.miniflare
  await applyMigrations(system, workers)
}, 120_000)
afterAll(() => running.stop())

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

test('passwords are hashed in a process of their own, which the others reach', async () => {
  await expect(system.getWorker('coinop-password')).rejects.toThrow()
  const health = await system.dispatchFetch('http://localhost/healthz')
  const { workers: answers } = (await health.json()) as { workers: Record<string, object> }
  expect(answers['password']).toMatchObject({ status: 'ok' })
  const tenant = { name: 'Apart', email: 'apart@example.com', password: 'a password of four words' }
  const created = await system.dispatchFetch('http://localhost/v1/tenants', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'apart' },
    body: JSON.stringify(tenant),
  })
  expect([created.status, await created.text()]).toEqual([201, expect.any(String)])
})
