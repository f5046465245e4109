/** Before each test file: every database that the Worker under test or a neighbour of it has gets its tables. */
import { type D1Migration, applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

const bindings = env as unknown as Record<string, unknown>
const all = Object.entries(bindings['TEST_MIGRATIONS'] as Record<string, D1Migration[]>)
for (const [binding, migrations] of all) {
  await applyD1Migrations(bindings[binding] as D1Database, migrations)
}
