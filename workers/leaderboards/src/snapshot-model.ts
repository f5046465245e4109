/** Snapshots as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { boardParams, type BoardRow, UserId } from './model.ts'
import { KeyValues, namedKeys, SeasonId } from './score-model.ts'
import type { SnapshotEntry } from './schema.ts'
import type { ListedSnapshot } from './snapshots.ts'

export const Day = z.iso.date().openapi({ description: 'In UTC', example: '2026-11-29' })
export const snapshotParams = boardParams.extend({ day: Day })

export const Snapshot = z
  .strictObject({
    seasonId: SeasonId,
    day: Day,
    takenAt: z.iso.datetime(),
    total: z.int().min(0).openapi({ description: 'Players in the standing' }),
    kept: z.int().min(0).openapi({ description: 'Of these, the best, up to 1,000' }),
    archive: z.enum(['off', 'pending', 'stored', 'failed']).openapi({
      description: 'What became of the whole standing: `off` without a bucket',
    }),
  })
  .openapi('LeaderboardSnapshot')

export const SnapshotLine = z
  .strictObject({
    rank: z.int().min(1),
    userId: UserId,
    score: z.number(),
    keys: KeyValues,
  })
  .openapi('LeaderboardSnapshotEntry')

export const toSnapshot = (row: ListedSnapshot): z.infer<typeof Snapshot> => ({
  seasonId: row.seasonId,
  day: row.day,
  takenAt: isoTime(row.takenAt),
  total: row.total,
  kept: row.kept,
  archive: row.archive ?? 'off',
})

export const toSnapshotLine = (
  board: BoardRow,
  [userId, rank, keys]: SnapshotEntry,
): z.infer<typeof SnapshotLine> => ({
  rank,
  userId,
  score: keys[0]!,
  keys: namedKeys(board, keys),
})
