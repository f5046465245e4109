/** The nouns of this Worker, as clients see them. */
import { z } from '@hono/zod-openapi'
import { EventData } from '@coinop/shared/events'
import { IdOf } from '@coinop/shared/ids'

export const Event = z
  .strictObject({
    sequence: z.int().min(1).openapi({ description: 'Counts 1, 2, 3 … in the project, no gaps' }),
    id: IdOf('evt'),
    type: z.string().openapi({ example: 'wallet.entry.posted' }),
    subject: z.string().openapi({ description: 'The id of the thing it happened to' }),
    at: z.iso.datetime(),
    data: EventData,
  })
  .openapi('Event')

export const EventPage = z
  .strictObject({
    data: z.array(Event),
    nextAfter: z.int().min(0).openapi({
      description: 'Give it as `after` to go on; it also works when more events have come',
    }),
    head: z.int().min(0).openapi({ description: 'The newest sequence of the project' }),
  })
  .openapi('EventPage')

export const DeadLetter = z
  .strictObject({
    id: z.int().min(1),
    eventId: z.string(),
    type: z.string(),
    reason: z.string().openapi({ description: 'Why the log refused it' }),
    at: z.iso.datetime(),
  })
  .openapi('DeadLetter')
