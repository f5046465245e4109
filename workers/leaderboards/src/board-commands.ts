/** What a board is asked and answers: the types that cross its border. */
import type { Result } from '@coinop/shared/result'
import type { FraudRule, Known } from './fraud-rules.ts'

export type SortDirection = 'desc' | 'asc'
export type Operator = 'best' | 'latest' | 'increment' | 'decrement' | 'first'
export type TiePolicy = 'first_to_reach' | 'last_to_reach' | 'shared_competition' | 'shared_dense'

/** What decides the order is fixed for the life of the object once the first entry exists: `keys` and `tiePolicy`. */
export type BoardRules = {
  /** Counts changes of the definition: the object keeps the highest it has seen. */
  version: number
  /** 1 to 3; the first is the score. */
  keys: { sort: SortDirection }[]
  tiePolicy: TiePolicy
  operator: Operator
  /** Bounds of the standing score, after the operator. */
  scoreMin?: number
  scoreMax?: number
  /** Most submissions of a user that are accepted. */
  attemptsMax?: number
  fraud?: FraudRule[]
}

/** `endsAt` null: until it is closed by hand. */
export type Season = {
  projectId: string
  boardId: string
  seasonId: string
  startsAt: number
  endsAt: number | null
}
export type BoardReference = { season: Season; rules: BoardRules }

export type ScoreWrite = {
  userId: string
  /** Score first, as many as the board has keys. */
  keys: number[]
  /** Instead of the board's. */
  operator?: Operator
  /** JSON text, at most 2 KB. */
  metadata?: string
  /** Of this score; with a `RequestPart` of several it is only looked for, for a request may have come with one before. */
  idempotencyKey?: string
  /** A digest that tells a retry from another request with the same key; without one it is told by the write itself. */
  requestHash?: string
  /** The play session that it is the score of. */
  play?: PlayClaim
  /** By a player themselves, who has no key that vouches for the score. */
  isByPlayer?: boolean
}

/** The request that the writes of a `submit` came in with: its key, and which of its scores each is. */
export type RequestPart = { key: string; indexes: number[] }

/** A play session as its season keeps it. */
export type Play = {
  id: string
  userId: string
  createdAt: number
  expiresAt: number
  submittedAt: number | null
  /** What was submitted. */
  score: number | null
}
/** What its token says of a play session. */
export type PlayClaim = Pick<Play, 'id' | 'createdAt' | 'expiresAt'> & {
  /** In which it was started. */
  seasonId: string
}
export type PlayStart = { userId: string; seconds: number; key?: string }
export type PlayStarted = Result<
  { play: Play; replayed: boolean },
  'season_closed' | 'season_not_started' | 'idempotency_conflict'
>

/** Most writes in one `submit`. */
export const writesMax = 100
/** Most entries of a copy that are read at once, from the top or behind a place. */
export const sectionMax = 1_000
/** Most entries on a page upwards, and most users in one question. */
export const standingsMax = 100
/** Most entries on each side of a user. */
export const aroundMax = 50
/** Most changes in one answer of the live feed. */
export const changesMax = 1_000

export type Standing = {
  userId: string
  keys: number[]
  rank: number
  metadata: string | null
  /** Accepted submissions: with a cap all of them, without one those that changed something. */
  attempts: number
  updatedAt: number
  /** When the standing keys were reached. */
  reachedAt: number
}
/** `quarantined` says why the entry is hidden; only its owner and the operators see it. */
export type RankedStanding = Standing & {
  total: number
  /** How many are before whoever has this rank: one less than the rank, but where ranks are dense. */
  ahead: number
  quarantined: string | null
}

export type ScoreApplied = {
  rank: number
  previousRank: number | null
  keys: number[]
  previousKeys: number[] | null
  /** Whether the standing is now that of this submission. */
  applied: boolean
  replayed: boolean
  attempts: number
  sequence: number
}
export type ScoreRefusal =
  | 'season_closed'
  | 'season_not_started'
  | 'score_out_of_bounds'
  | 'attempts_exhausted'
  | 'wrong_number_of_keys'
  | 'idempotency_conflict'
  | 'submission_rejected'
  | 'session_expired'
  | 'score_submitted'
export type ScoreAnswer = Result<ScoreApplied, ScoreRefusal>

/**
 * A place in the order, whether an entry stands there or not: four numbers, of three keys and the tie-break; ascending is
 * ahead. Plain, so that a cursor stays where it is while scores move.
 */
export type Position = number[]

export type StandingsPage = {
  standings: Standing[]
  /** For `top({ after })`; null on the last page. */
  next: Position | null
  /** For `before({ before })`; null on the first page. */
  previous: Position | null
  total: number
}

export type Removed = Result<{ removed: boolean }, 'season_closed' | 'idempotency_conflict'>
export type Reviewed = Result<{ changed: boolean }, 'season_closed' | 'entry_not_found'>

export type Closing = { closedAt: number; total: number; digest: string; sequence: number }
export type BoardState = Omit<Closing, 'closedAt'> & {
  closedAt: number | null
  /** The sequence up to which a cold start reads nothing but the checkpoint. */
  checkpointed: number
}

export type ChangeKind = 'score' | 'remove' | 'quarantine' | 'restore' | 'confirm'
/** One change as the journal keeps it: what was submitted, when, by whom, and what it became. */
export type Change = {
  sequence: number
  at: number
  kind: ChangeKind
  userId: string
  /** What was submitted, and how it was applied; null for anything but a score. */
  submitted: number[] | null
  operator: Operator | null
  metadata: string | null
  applied: boolean
  /** The standing after and before; null without one. */
  keys: number[] | null
  previousKeys: number[] | null
  /** After and before; for an entry in quarantine the rank it would have. */
  rank: number | null
  previousRank: number | null
  attempts: number
  /** Whether everybody may know of it: it is not of an entry in quarantine. */
  visible: boolean
  /** What rules could ask of the submission; null for what was not judged. */
  known: Known | null
}
export type Changes = {
  changes: Change[]
  /** The newest sequence of the board. */
  head: number
  /** The oldest sequence that is kept: whoever asks for older ones reads the standing instead. */
  oldest: number
}

/** Which season a subscriber listens to; the object may not have been told of it by a write yet. */
export type LiveSeason = Pick<Season, 'seasonId' | 'endsAt'>
/** Among equal keys the lower `tie` is ahead. */
export type LiveEntry = { userId: string; keys: number[]; tie: number }
export type LiveMessage = {
  /** `snapshot` replaces what a client has; `changes` are applied to it. */
  type: 'snapshot' | 'changes'
  seasonId: string
  /** The standing that a client has after this message is the one after this change. */
  sequence: number
  total: number
  /** The season is over: this is the last message. */
  closed: boolean
  entries: LiveEntry[]
  /** Users who are in the standing no more. */
  removed: string[]
}
