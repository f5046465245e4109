/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { amountMax, CurrencyCode } from '@coinop/shared/money'
import type { Game as Rules } from './game-rules.ts'
import { games } from './games/index.ts'
import type { rounds, sessions } from './schema.ts'
import { actionsOf, nextOf, stepsMax, waitingOf } from './steps.ts'

export const UserId = IdOf('usr')
export const RoundId = IdOf('rnd')
export const GameId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'Expected the id of a game.')
  .openapi({ example: 'dice' })

/** No game pays more than this many times the bet, so that a payout is never more than one operation may move. */
export const multipleMax = 100
export const Bet = z
  .int()
  .min(1)
  .max(amountMax / multipleMax)
  .openapi({ description: 'Minor units of the currency', example: 250 })

export const ClientSeed = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'Expected 1 to 64 visible characters.')
  .openapi({
    description:
      'The player’s own part of the draws; another one than before begins a new pair of seeds',
    example: 'my-lucky-text-7',
  })

const Hex = z.string().regex(/^[0-9a-f]{64}$/)
const Commitment = Hex.openapi({ description: 'SHA-256 of the server seed' })
const ServerSeed = Hex.openapi({ description: '64 characters of hex' })
const Share = z
  .string()
  .regex(/^\d+\/\d+$/)
  .openapi({ example: '99/100' })
const Nonce = z
  .int()
  .min(0)
  .openapi({ description: 'Counts the rounds of the pair: 1, 2, 3 …; 0 before the first' })

const choiceSchemas = games.map(({ choice }) => choice)
export const Choice = z.union(choiceSchemas).openapi('GameChoice')
export const Outcome = z.union(games.map(({ outcome }) => outcome)).openapi('GameOutcome')

const gameFields = {
  id: GameId,
  version: z.int().min(1).openapi({ description: 'Part of what is hashed' }),
  name: z.string(),
  rules: z.string(),
  choice: z
    .record(z.string(), z.unknown())
    .openapi({ description: 'JSON Schema of the fields that a play adds to the bet' }),
  odds: z
    .strictObject({ chanceMin: Share, chanceMax: Share, paysMin: Share, paysMax: Share })
    .openapi({
      description: 'Over every choice: the chance to win, and what a win pays times the bet',
    }),
  returnToPlayer: Share.openapi({
    description: 'Of what is staked, exactly; each payout is then rounded down to a minor unit',
  }),
  houseEdge: z
    .string()
    .regex(/^\d+\.\d\d%$/)
    .openapi({ example: '1.00%' }),
}
export const Game = z.strictObject(gameFields).openapi('Game')
export type Game = z.infer<typeof Game>

export const GameWithPaytable = z
  .strictObject({
    ...gameFields,
    paytable: z.array(
      z.strictObject({
        choice: Choice,
        prizes: z.array(z.strictObject({ chance: Share, pays: Share })),
        returnToPlayer: Share,
      }),
    ),
  })
  .openapi('GameWithPaytable')
export type GameWithPaytable = z.infer<typeof GameWithPaytable>

/** What a client sends to act. */
export const NewAct = z
  .strictObject({
    action: z
      .enum(games.flatMap(({ steps }: Rules) => steps?.actions ?? []))
      .openapi({ description: 'One of those in `next`' }),
    step: z.int().min(0).max(stepsMax).openapi({ description: 'As `next` names it' }),
  })
  .openapi('NewRoundAct')

const Next = z
  .strictObject({
    step: z.int().min(0).openapi({ description: 'Counts the actions that were taken' }),
    actions: z.array(z.string()).openapi({ example: ['hit', 'stand'] }),
    until: z.iso.datetime().openapi({ description: 'From then on the player stands' }),
  })
  .openapi('RoundNext')

export const Round = z
  .strictObject({
    id: IdOf('rnd'),
    userId: UserId,
    gameId: GameId,
    status: z.enum(['open', 'settled', 'refused']),
    refusal: z
      .string()
      .nullable()
      .openapi({ description: 'Why it was refused; nothing was staked' }),
    currency: CurrencyCode,
    bet: Bet,
    choice: Choice,
    outcome: z.union([Outcome, z.null()]).openapi({
      description:
        'While the round waits for its player: what they see; otherwise null unless it is settled',
    }),
    won: z.boolean().nullable(),
    payout: z.int().min(0).nullable(),
    staked: z.int().min(0).openapi({ description: 'The bet, twice after doubling; 0 if refused' }),
    net: z.int().nullable().openapi({ description: 'payout - staked' }),
    actions: z
      .array(z.string())
      .openapi({ description: 'What the player did after the draws, in order' }),
    next: z
      .union([Next, z.null()])
      .openapi({ description: 'What the player may do now; null when the round waits for nobody' }),
    proof: z.strictObject({
      sessionId: IdOf('ses'),
      commitment: Commitment,
      clientSeed: ClientSeed,
      nonce: Nonce,
      gameVersion: z.int().min(0),
      serverSeed: ServerSeed.nullable().openapi({ description: 'Null until the pair was rotated' }),
    }),
    createdAt: z.iso.datetime(),
    settledAt: z.iso.datetime().nullable(),
  })
  .openapi('Round')
export type Round = z.infer<typeof Round>

type SessionRow = typeof sessions.$inferSelect
export type RoundRow = typeof rounds.$inferSelect &
  Pick<SessionRow, 'commitment' | 'clientSeed' | 'serverSeed' | 'closedAt'> & {
    /** 1 while a round of its pair is open. */
    unfinished: number
  }

/** A seed is revealed once its pair is closed and its last round has ended. */
export const isRevealed = ({ closedAt, unfinished }: Pick<RoundRow, 'closedAt' | 'unfinished'>) =>
  closedAt !== null && unfinished === 0

export function toRound(row: RoundRow): Round {
  const settled = row.status === 'settled'
  const payout = settled ? (row.payout ?? 0) : null
  const next = nextOf(row)
  const seen = next && waitingOf(row)?.outcome
  const staked = row.status === 'refused' ? 0 : row.bet * row.stakes
  return {
    id: row.id,
    userId: row.userId,
    gameId: row.gameId,
    status: row.status,
    refusal: row.refusal,
    currency: row.currency,
    bet: row.bet,
    choice: row.choice as Round['choice'],
    outcome: (settled ? row.outcome : (seen ?? null)) as Round['outcome'],
    won: payout === null ? null : payout > 0,
    payout,
    staked,
    net: payout === null ? null : payout - staked,
    actions: actionsOf(row),
    next,
    proof: {
      sessionId: row.sessionId,
      commitment: row.commitment,
      clientSeed: row.clientSeed,
      nonce: row.nonce,
      gameVersion: row.gameVersion,
      serverSeed: isRevealed(row) ? row.serverSeed : null,
    },
    createdAt: isoTime(row.createdAt),
    settledAt: row.settledAt === null ? null : isoTime(row.settledAt),
  }
}

/** All that it takes to repeat a round, in one flat object: what the verifiers read. */
export const RoundProof = z
  .strictObject({
    roundId: RoundId,
    gameId: GameId,
    gameVersion: z.int().min(0),
    status: Round.shape.status,
    commitment: Commitment,
    serverSeed: ServerSeed.nullable().openapi({
      description: 'Null until the pair was rotated and its last round has ended',
    }),
    clientSeed: ClientSeed,
    nonce: Nonce,
    choice: Choice,
    actions: Round.shape.actions,
    bet: Bet,
    staked: Round.shape.staked,
    outcome: Round.shape.outcome,
    payout: Round.shape.payout,
  })
  .openapi('RoundProof')
export type RoundProof = z.infer<typeof RoundProof>

export function toRoundProof(row: RoundRow): RoundProof {
  const { id, gameId, status, choice, actions, bet, staked, outcome, payout, proof } = toRound(row)
  const { commitment, serverSeed, clientSeed, nonce, gameVersion } = proof
  const seeds = { commitment, serverSeed, clientSeed, nonce }
  const played = { choice, actions, bet, staked, outcome, payout }
  return { roundId: id, gameId, gameVersion, status, ...seeds, ...played }
}

export const Score = z
  .strictObject({
    gameId: GameId,
    userId: UserId,
    plays: z.int().min(0),
    wins: z.int().min(0),
    currencies: z
      .array(
        z.strictObject({
          currency: CurrencyCode,
          plays: z.int().min(0),
          wins: z.int().min(0),
          wagered: z.int().min(0),
          won: z.int().min(0).openapi({ description: 'The sum of the payouts' }),
          best: z.int().min(0).openapi({ description: 'The largest payout' }),
          streak: z.int().min(0).openapi({ description: 'Wins in a row up to now' }),
        }),
      )
      .openapi({ description: 'By currency code; only those that were played' }),
  })
  .openapi('GameScore')

export const GameScore = z
  .strictObject({
    gameId: GameId,
    currency: CurrencyCode,
    plays: z.int().min(0),
    wins: z.int().min(0),
    wagered: z.int().min(0),
    won: z.int().min(0).openapi({ description: 'The sum of the payouts' }),
    best: z.int().min(0).openapi({ description: 'The largest payout' }),
    streak: z.int().min(0).openapi({ description: 'Wins in a row up to now' }),
  })
  .openapi('GameStatistics')
export type GameScore = z.infer<typeof GameScore>

export const Fairness = z
  .strictObject({
    userId: UserId,
    sessionId: IdOf('ses'),
    commitment: Commitment,
    clientSeed: ClientSeed,
    nonce: Nonce,
    nextCommitment: Commitment.openapi({
      description:
        'To the server seed that the next pair will have, whatever client seed you choose for it',
    }),
  })
  .openapi('Fairness')
export type Fairness = z.infer<typeof Fairness>

export const toFairness = (row: SessionRow): Fairness => ({
  userId: row.userId,
  sessionId: row.id,
  commitment: row.commitment,
  clientSeed: row.clientSeed,
  nonce: row.nonce,
  nextCommitment: row.nextCommitment,
})

export const Rotation = z
  .strictObject({
    closed: z.strictObject({
      sessionId: IdOf('ses'),
      commitment: Commitment,
      clientSeed: ClientSeed,
      nonce: Nonce,
      serverSeed: ServerSeed.nullable().openapi({
        description:
          'Null while a round of the pair is still open; GET /v1/rounds/{roundId} shows it afterwards',
      }),
    }),
    current: Fairness,
  })
  .openapi('Rotation')
export type Rotation = z.infer<typeof Rotation>
