/** What the tests of sample things begin with. */
import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { testProject } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { findSampleThing, insertSampleThing } from './sample-things.ts'

const bindings = env as unknown as TemplateEnv

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

/** Makes one, with nothing but its name given, and answers the name. */
export async function makeSampleThing(name = `n${crypto.randomUUID()}`, projectId = testProject) {
  const row = { projectId, name, note: 'a note', uses: 0, version: 1, createdAt: now() }
  await insertSampleThing(drizzle(bindings.TEMPLATE_DB), row, [])
  return name
}

/** What is stored under a name; undefined when nothing is. */
export const storedSampleThing = (name: string) =>
  findSampleThing(drizzle(bindings.TEMPLATE_DB), { projectId: testProject, name })
