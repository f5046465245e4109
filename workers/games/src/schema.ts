/** The tables of GAMES_DB, which is the record of everything but money. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Facts } from './game-rules.ts'
import type { CurrencyLimits } from './limits.ts'
import type { Act } from './steps.ts'

export { auditOutbox } from '@coinop/shared/audit'
export { idempotency } from '@coinop/shared/idempotency'
export { outbox } from '@coinop/shared/outbox'

/** A pair of seeds and the rounds played with it. The open one also carries the server seed of its successor. */
export const sessions = sqliteTable(
  'sessions',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    serverSeed: text('server_seed').notNull(),
    commitment: text('commitment').notNull(),
    clientSeed: text('client_seed').notNull(),
    nextServerSeed: text('next_server_seed').notNull(),
    nextCommitment: text('next_commitment').notNull(),
    /** Of the last round; 0 before the first. */
    nonce: integer('nonce').notNull(),
    createdAt: integer('created_at').notNull(),
    closedAt: integer('closed_at'),
    successorId: text('successor_id'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('sessions_open')
      .on(table.projectId, table.userId)
      .where(sql`closed_at IS NULL`),
    uniqueIndex('sessions_by_successor')
      .on(table.projectId, table.successorId)
      .where(sql`successor_id IS NOT NULL`),
  ],
)

export const rounds = sqliteTable(
  'rounds',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    sessionId: text('session_id').notNull(),
    nonce: integer('nonce').notNull(),
    gameId: text('game_id').notNull(),
    gameVersion: integer('game_version').notNull(),
    currency: text('currency').notNull(),
    bet: integer('bet').notNull(),
    choice: text('choice', { mode: 'json' }).$type<Facts>().notNull(),
    /** Null until decided, which is always before money moves. Not shown unless the round is settled. */
    outcome: text('outcome', { mode: 'json' }).$type<Facts>(),
    payout: integer('payout'),
    /** What the player did after the draws, in order. */
    actions: text('actions', { mode: 'json' }).$type<Act[]>().notNull().default([]),
    /** How often the bet is staked. */
    stakes: integer('stakes').notNull().default(1),
    /** How often the wallet has set the bet aside: 0 where stake and payout are one step. */
    held: integer('held').notNull().default(0),
    /** Until when the round waits for its player; null when it waits for nobody. */
    actBy: integer('act_by'),
    status: text('status', { enum: ['open', 'settled', 'refused'] }).notNull(),
    refusal: text('refusal', {
      enum: [
        'insufficient_funds',
        'balance_limit_exceeded',
        'currency_not_found',
        'wallet_not_found',
        'too_many_holds',
        'stake_expired',
        'game_changed',
      ],
    }),
    idempotencyKey: text('idempotency_key').notNull(),
    requestHash: text('request_hash').notNull(),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('rounds_by_key').on(table.projectId, table.userId, table.idempotencyKey),
    index('rounds_by_user').on(table.projectId, table.userId, table.id),
    // Only what is unfinished, for the sweep and for the question whether a seed may be revealed.
    index('rounds_open')
      .on(table.projectId, table.sessionId, table.createdAt)
      .where(sql`status = 'open'`),
  ],
)

/** A player's figures in a game, per currency, since amounts of two currencies have no sum. */
export const scores = sqliteTable(
  'scores',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    gameId: text('game_id').notNull(),
    currency: text('currency').notNull(),
    plays: integer('plays').notNull(),
    wins: integer('wins').notNull(),
    wagered: integer('wagered').notNull(),
    won: integer('won').notNull(),
    best: integer('best').notNull(),
    streak: integer('streak').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId, table.gameId, table.currency] }),
  ],
)

/** What a project gives each player who asks, once a day. */
export const dailyRewards = sqliteTable('daily_rewards', {
  projectId: text('project_id').primaryKey(),
  currency: text('currency').notNull(),
  amount: integer('amount').notNull(),
  /** What each further day in a row adds, up to so many days; null where every day gives the same. */
  streakBonus: integer('streak_bonus'),
  streakDaysMax: integer('streak_days_max'),
  updatedAt: integer('updated_at').notNull(),
})

/** What a project gives a player who works, again and again after a while. */
export const workRewards = sqliteTable('work_rewards', {
  projectId: text('project_id').primaryKey(),
  currency: text('currency').notNull(),
  amountMin: integer('amount_min').notNull(),
  amountMax: integer('amount_max').notNull(),
  coolDownSeconds: integer('cool_down_seconds').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

export const workClaims = sqliteTable(
  'work_claims',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    currency: text('currency').notNull(),
    amount: integer('amount').notNull(),
    nextAt: integer('next_at').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    paidAt: integer('paid_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId, table.createdAt] }),
    uniqueIndex('work_claims_by_key').on(table.projectId, table.userId, table.idempotencyKey),
    index('work_claims_unpaid')
      .on(table.createdAt)
      .where(sql`paid_at IS NULL`),
  ],
)

/** What a project allows in a game; without a row, everything. */
export const gameSettings = sqliteTable(
  'game_settings',
  {
    projectId: text('project_id').notNull(),
    gameId: text('game_id').notNull(),
    isActive: integer('is_active', { mode: 'boolean' }).notNull(),
    coolDownSeconds: integer('cool_down_seconds').notNull(),
    currencies: text('currencies', { mode: 'json' }).$type<CurrencyLimits[]>().notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.gameId] })],
)

/** Plays of a customer's own game: started, then one score. */
export const skillSessions = sqliteTable(
  'skill_sessions',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    game: text('game').notNull(),
    submitter: text('submitter', { enum: ['player', 'server'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    score: integer('score'),
    submitKey: text('submit_key'),
    submittedAt: integer('submitted_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
)

export const dailyClaims = sqliteTable(
  'daily_claims',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    /** UTC, as in 2026-11-21. */
    day: text('day').notNull(),
    currency: text('currency').notNull(),
    amount: integer('amount').notNull(),
    streak: integer('streak').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    createdAt: integer('created_at').notNull(),
    paidAt: integer('paid_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId, table.day] }),
    uniqueIndex('daily_claims_by_key').on(table.projectId, table.userId, table.idempotencyKey),
    index('daily_claims_unpaid')
      .on(table.createdAt)
      .where(sql`paid_at IS NULL`),
  ],
)
