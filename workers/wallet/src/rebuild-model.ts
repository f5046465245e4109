/** Rebuilds as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import type { RebuildRow } from './rebuild.ts'

export const Rebuild = z
  .strictObject({
    number: z.int().min(1).openapi({ description: 'Counts 1, 2, 3 … in the project' }),
    status: z.enum(['running', 'finished']),
    phase: z.enum(['digest_before', 'delete', 'copy', 'digest_after', 'done']),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    wallets: z.int().min(0).openapi({ description: 'Copied so far' }),
    entries: z.int().min(0).openapi({ description: 'Copied so far' }),
    digestBefore: z
      .string()
      .openapi({ description: 'Of the copy before; empty until it is known' }),
    digestAfter: z.string().openapi({
      description:
        'Of the copy after. The same as before unless the copy was wrong, or money moved meanwhile',
    }),
  })
  .openapi('Rebuild')
export type Rebuild = z.infer<typeof Rebuild>

export const toRebuild = (row: RebuildRow): Rebuild => ({
  number: row.number,
  status: row.finishedAt === null ? 'running' : 'finished',
  phase: row.phase as Rebuild['phase'],
  requestedAt: isoTime(row.requestedAt),
  finishedAt: row.finishedAt === null ? null : isoTime(row.finishedAt),
  wallets: row.wallets,
  entries: row.entries,
  digestBefore: row.digestBefore,
  digestAfter: row.digestAfter,
})
