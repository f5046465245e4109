/** JSON Schema of every event that a Worker announces: the shared envelope with its own data. */
import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EventEnvelope } from '@coinop/shared/events'
import { z } from 'zod'

type Events = { schemas?: { [type: string]: z.ZodObject } }

/** File name -> content, for `contracts/events/`. */
export async function eventSchemas(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const path of globSync('workers/*/src/events.ts', { cwd: root }).toSorted()) {
    const { schemas = {} } = (await import(pathToFileURL(join(root, path)).href)) as Events
    const worker = basename(dirname(dirname(path)))
    for (const [type, data] of Object.entries(schemas)) {
      if (!EventEnvelope.shape.type.safeParse(type).success || !type.startsWith(`${worker}.`)) {
        throw new Error(`${path} announces "${type}": an event is named ${worker}.noun.past`)
      }
      files.set(
        `contracts/events/${type}.json`,
        `${JSON.stringify(schemaOf(type, data), null, 2)}\n`,
      )
    }
  }
  return files
}

function schemaOf(type: string, data: z.ZodObject) {
  const event = EventEnvelope.extend({ type: z.literal(type), data })
  const { $schema, ...schema } = z.toJSONSchema(event)
  return { $schema, title: type, ...schema }
}
