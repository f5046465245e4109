/** Scores and standings as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import type { PlayClaim, ScoreApplied, ScoreWrite, Standing } from './board-commands.ts'
import { BoardId, BoardName, type BoardRow, keysMax, Operator, Score, UserId } from './model.ts'
import { invalidField } from '@coinop/shared/problem'

export const SeasonId = IdOf('sea')

/** In bytes of JSON. */
const metadataBytesMax = 2_048
const Metadata = z.record(z.string(), z.unknown())
const NewMetadata = Metadata.refine(
  (metadata) => new TextEncoder().encode(JSON.stringify(metadata)).length <= metadataBytesMax,
  { message: `Expected at most ${metadataBytesMax} bytes of JSON.` },
).openapi({ description: 'Belongs to the run that stands; at most 2 KiB of JSON' })

export const KeyValues = z
  .record(z.string(), Score)
  .openapi({ description: 'The keys behind the score, by name', example: { seconds: 61.5 } })

export const ScoreUpdate = z
  .strictObject({
    leaderboardId: BoardName,
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
    score: Score,
    keys: KeyValues.default({}),
    operator: Operator.optional().openapi({ description: 'Instead of the leaderboard’s' }),
    metadata: NewMetadata.optional(),
    playSession: z
      .string()
      .max(300)
      .regex(/^pls_[0-9a-z_.]+$/, 'Expected the token of a play session.')
      .optional()
      .openapi({ description: 'The token of the play session whose score this is: good for one' }),
  })
  .openapi('ScoreUpdate')
export type ScoreUpdate = z.infer<typeof ScoreUpdate>

const Rank = z.int().min(1)
export const AppliedScore = z
  .strictObject({
    leaderboardId: BoardId,
    seasonId: SeasonId,
    userId: UserId,
    rank: Rank,
    previousRank: Rank.nullable(),
    score: z.number(),
    previousScore: z.number().nullable(),
    keys: KeyValues,
    applied: z.boolean().openapi({ description: 'Whether the standing is that of this request' }),
    attempts: z.int().min(0),
  })
  .openapi('AppliedScore')
export type AppliedScore = z.infer<typeof AppliedScore>

export const Entry = z
  .strictObject({
    rank: Rank,
    userId: UserId,
    score: z.number(),
    keys: KeyValues,
    metadata: Metadata.nullable(),
    attempts: z.int().min(0),
    updatedAt: z.iso.datetime(),
    reachedAt: z.iso.datetime().openapi({ description: 'When this score was reached' }),
  })
  .openapi('LeaderboardEntry')
export type Entry = z.infer<typeof Entry>

/** In the order of the board's keys; throws `invalid_request` at `pointer` for one too many or too few. */
export function keysOf(board: BoardRow, given: Given, pointer: string): number[] {
  const [, ...more] = board.keys.map(({ name }) => name)
  const unknown = Object.keys(given.keys).find((name) => !more.includes(name))
  if (unknown !== undefined) throw invalidField(pointer, `The leaderboard has no key ${unknown}.`)
  const values = more.map((name) => {
    const value = given.keys[name]
    if (value === undefined) throw invalidField(pointer, `The leaderboard also needs ${name}.`)
    return value
  })
  // Without a negative zero, which JSON does not tell from zero.
  return [given.score, ...values].map((value) => value + 0)
}
type Given = { score: number; keys: Record<string, number> }

/** The keys behind the score, by name. */
export const namedKeys = (board: BoardRow, keys: number[]) =>
  Object.fromEntries(
    board.keys.slice(1, keysMax).map(({ name }, index) => [name, keys[index + 1]!]),
  )

export const toAppliedScore = (
  board: BoardRow,
  { seasonId, userId }: { seasonId: string; userId: string },
  applied: ScoreApplied,
): AppliedScore => ({
  leaderboardId: board.id,
  seasonId,
  userId,
  rank: applied.rank,
  previousRank: applied.previousRank,
  score: applied.keys[0]!,
  previousScore: applied.previousKeys?.[0] ?? null,
  keys: namedKeys(board, applied.keys),
  applied: applied.applied,
  attempts: applied.attempts,
})

export const toEntry = (board: BoardRow, standing: Standing): Entry => ({
  rank: standing.rank,
  userId: standing.userId,
  score: standing.keys[0]!,
  keys: namedKeys(board, standing.keys),
  metadata: standing.metadata === null ? null : (JSON.parse(standing.metadata) as Entry['keys']),
  attempts: standing.attempts,
  updatedAt: isoTime(standing.updatedAt),
  reachedAt: isoTime(standing.reachedAt),
})

type Sent = {
  key: string
  pointer: string
  play: PlayClaim | undefined
  isByPlayer: boolean
}

/** What the board's object is asked. `key` is empty without an Idempotency-Key. */
export function toWrite(
  board: BoardRow,
  update: ScoreUpdate & { userId: string },
  { key, pointer, play, isByPlayer }: Sent,
): ScoreWrite {
  const { userId, operator, metadata } = update
  return {
    userId,
    keys: keysOf(board, update, pointer),
    ...(operator !== undefined && { operator }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
    ...(key !== '' && { idempotencyKey: key }),
    ...(play && { play }),
    ...(isByPlayer && { isByPlayer }),
  }
}
