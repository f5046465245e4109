/** Before each test file: every database that the Worker under test or a neighbour of it has gets its tables. */
import { type D1Migration, applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

const bindings = env as unknown as Record<string, D1Database> & {
  TEST_MIGRATIONS: Record<string, D1Migration[]>
}
for (const [binding, migrations] of Object.entries(bindings.TEST_MIGRATIONS)) {
  await applyD1Migrations(bindings[binding]!, migrations)
}
