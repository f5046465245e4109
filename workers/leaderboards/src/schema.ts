/** The tables of LEADERBOARDS_DB: what boards and seasons are, and who is owed what. Standings are in the objects. */
import { sql } from 'drizzle-orm'
import {
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { FraudRule } from './fraud-rules.ts'
import { measures } from './game-measures.ts'
import type { RewardRule } from './reward-rules.ts'

export { auditOutbox } from '@coinop/shared/audit'
export { idempotency } from '@coinop/shared/idempotency'
export { outbox } from '@coinop/shared/outbox'

/** A rule as the board's row holds it. */
export type StoredFraudRule = FraudRule & { createdAt: number }
/** The user, the rank, and the keys, the score first. */
export type SnapshotEntry = [string, number, number[]]
export type ArchivePart = { partNumber: number; etag: string }
const operators = ['best', 'latest', 'increment', 'decrement', 'first'] as const
export type SortKey = { name: string; sort: 'desc' | 'asc' }

export const boards = sqliteTable(
  'boards',
  {
    /** Unique by itself: a public board is read by people who name no project. */
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    keys: text('keys', { mode: 'json' }).$type<SortKey[]>().notNull(),
    operator: text('operator', { enum: operators }).notNull(),
    tiePolicy: text('tie_policy', {
      enum: ['first_to_reach', 'last_to_reach', 'shared_competition', 'shared_dense'],
    }).notNull(),
    scoreMin: real('score_min'),
    scoreMax: real('score_max'),
    attemptsMax: integer('attempts_max'),
    authoritative: integer('authoritative', { mode: 'boolean' }).notNull(),
    public: integer('public', { mode: 'boolean' }).notNull(),
    cron: text('cron'),
    timeZone: text('time_zone'),
    seasonsKeptDays: integer('seasons_kept_days'),
    rewards: text('rewards', { mode: 'json' }).$type<RewardRule[]>().notNull(),
    gameId: text('game_id'),
    /** With the board, for each score needs them. */
    fraudRules: text('fraud_rules', { mode: 'json' })
      .$type<StoredFraudRule[]>()
      .notNull()
      .default([]),
    /** Counts changes, so that one never overwrites another unseen. */
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** When the first score was on its way. From then on nothing changes what decides the order. */
    lockedAt: integer('locked_at'),
    /** Nobody sees it any more; the sweep removes what it holds. */
    deletedAt: integer('deleted_at'),
  },
  (table) => [
    uniqueIndex('boards_by_slug')
      .on(table.projectId, table.slug)
      .where(sql`deleted_at IS NULL`),
    index('boards_by_project').on(table.projectId, table.id),
    index('boards_deleted')
      .on(table.deletedAt)
      .where(sql`deleted_at IS NOT NULL`),
  ],
)

/** Games whose results become scores of a board. */
export const gameBindings = sqliteTable(
  'game_bindings',
  {
    boardId: text('board_id').notNull(),
    id: text('id').notNull(),
    projectId: text('project_id').notNull(),
    gameId: text('game_id').notNull(),
    measure: text('measure', { enum: measures }).notNull(),
    currency: text('currency'),
    operator: text('operator', { enum: operators }),
    /** The sequence in the project's event log up to which everything has been counted. */
    counted: integer('counted').notNull(),
    /** How often in a row counting has failed since. */
    failures: integer('failures').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.boardId, table.id] }),
    index('game_bindings_by_project').on(table.projectId, table.id),
  ],
)

/** Results that were not counted, and why, for whoever runs the board. */
export const gameRefusals = sqliteTable(
  'game_refusals',
  {
    boardId: text('board_id').notNull(),
    /** Of the event in the project's log. */
    sequence: integer('sequence').notNull(),
    bindingId: text('binding_id').notNull(),
    eventId: text('event_id').notNull(),
    reason: text('reason').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.boardId, table.sequence, table.bindingId] })],
)

/** Only seasons that something was written into, or that were closed. */
export const seasons = sqliteTable(
  'seasons',
  {
    boardId: text('board_id').notNull(),
    /** 1, 2, 3 …: of two that begin a season at once one succeeds. */
    number: integer('number').notNull(),
    id: text('id').notNull(),
    projectId: text('project_id').notNull(),
    startsAt: integer('starts_at').notNull(),
    /** As the schedule said when it began; null: until it is closed by hand. */
    endsAt: integer('ends_at'),
    /** open, then what is left to do: list the winners, pay them, nothing. */
    status: text('status', { enum: ['open', 'listing', 'paying', 'closed', 'evicted'] }).notNull(),
    closedAt: integer('closed_at'),
    /** The final standing, and the rules by which it is rewarded: null until it is closed. */
    total: integer('total'),
    digest: text('digest'),
    rewards: text('rewards', { mode: 'json' }).$type<RewardRule[]>(),
    /** How its leaderboard was called then: a payment that is asked for again says the same. */
    boardName: text('board_name'),
    /** Up to where the winners have been stored. */
    listedTo: text('listed_to', { mode: 'json' }),
    /** When nobody may read it any more; null: never. */
    expiresAt: integer('expires_at'),
  },
  (table) => [
    primaryKey({ columns: [table.boardId, table.number] }),
    uniqueIndex('seasons_by_id').on(table.id),
    index('seasons_open')
      .on(table.endsAt)
      .where(sql`status = 'open'`),
    index('seasons_unpaid')
      .on(table.closedAt)
      .where(sql`status IN ('listing', 'paying')`),
    index('seasons_expiring')
      .on(table.expiresAt)
      .where(sql`status = 'closed'`),
  ],
)

/** How a season stood at the end of a day: its best, and how many there were. */
export const boardSnapshots = sqliteTable(
  'board_snapshots',
  {
    seasonId: text('season_id').notNull(),
    /** `2026-11-29`, in UTC. */
    day: text('day').notNull(),
    boardId: text('board_id').notNull(),
    projectId: text('project_id').notNull(),
    takenAt: integer('taken_at').notNull(),
    total: integer('total').notNull(),
    /** In one row: a thousand would be written, and billed, one by one. */
    entries: text('entries', { mode: 'json' }).$type<SnapshotEntry[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.seasonId, table.day] }),
    index('board_snapshots_by_day').on(table.day),
  ],
)

/** The daily work, once for each day: how far it has got over the seasons, by their ids. */
export const snapshotRuns = sqliteTable('snapshot_runs', {
  day: text('day').primaryKey(),
  afterSeasonId: text('after_season_id').notNull(),
  /** A season that failed is tried again in the next pass. */
  pass: integer('pass').notNull(),
  failures: integer('failures').notNull(),
  finishedAt: integer('finished_at'),
})

/** The whole standing of a snapshot on its way into the bucket, part by part. */
export const snapshotArchives = sqliteTable(
  'snapshot_archives',
  {
    seasonId: text('season_id').notNull(),
    day: text('day').notNull(),
    boardId: text('board_id').notNull(),
    /** Of the snapshot. */
    takenAt: integer('taken_at').notNull(),
    status: text('status', { enum: ['pending', 'stored', 'failed'] }).notNull(),
    uploadId: text('upload_id'),
    parts: text('parts', { mode: 'json' }).$type<ArchivePart[]>().notNull(),
    /** Behind which place in the order the next part begins. */
    position: text('position', { mode: 'json' }).$type<number[]>(),
    lines: integer('lines').notNull(),
    failures: integer('failures').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.seasonId, table.day] }),
    index('snapshot_archives_pending')
      .on(table.failures, table.day)
      .where(sql`status = 'pending'`),
  ],
)

/** Who gets what for a season, each paid once. */
export const seasonRewards = sqliteTable(
  'season_rewards',
  {
    seasonId: text('season_id').notNull(),
    /** The place in the standing, from 1: unlike a rank no two players share it. */
    place: integer('place').notNull(),
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    rank: integer('rank').notNull(),
    currency: text('currency').notNull(),
    amount: integer('amount').notNull(),
    status: text('status', { enum: ['pending', 'paid', 'refused'] }).notNull(),
    refusal: text('refusal'),
    paidAt: integer('paid_at'),
  },
  (table) => [
    primaryKey({ columns: [table.seasonId, table.place] }),
    index('season_rewards_pending')
      .on(table.seasonId, table.place)
      .where(sql`status = 'pending'`),
  ],
)
