/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import type { sampleThings } from './schema.ts'

export const SampleThingName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Expected 1 to 64 characters: a-z, 0-9 and -.')
  .openapi({ example: 'first-one' })

export const NewSampleThing = z
  .strictObject({ name: SampleThingName, note: z.string().max(500).default('') })
  .openapi('NewSampleThing')
export type NewSampleThing = z.infer<typeof NewSampleThing>

export const SampleThingPatch = z
  .strictObject({ note: z.string().max(500) })
  .openapi('SampleThingPatch')

export const SampleThing = z
  .strictObject({
    name: SampleThingName,
    note: z.string(),
    uses: z.int().min(0).openapi({ description: 'How often it was used' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('SampleThing')
export type SampleThing = z.infer<typeof SampleThing>

export const toSampleThing = ({
  name,
  note,
  uses,
  createdAt,
}: typeof sampleThings.$inferSelect): SampleThing => ({
  name,
  note,
  uses,
  createdAt: isoTime(createdAt),
})
