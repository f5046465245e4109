/** The rules of a trade between two players: who may change what, when it is decided, and how it ends. Pure. */
import { sha256 } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'

/** Most currencies on one side. */
export const offerCurrenciesMax = 8
/** Most items on one side; the shop says how many pieces of each. */
export const offerItemsMax = 8
/** Most times that both sides together may set an offer. */
export const offersMax = 100
export const tradeSecondsMin = 1
export const tradeSecondsMax = 7 * 24 * 3_600
export const tradeSecondsDefault = 15 * 60
/** After a decision so much time passes before somebody else than the request that made it takes the next step. */
const rescueMilliseconds = 5_000

/** One side gives all of these together. */
export type Offer = {
  currencies: { currency: string; amount: number }[]
  /** Absent when there is none. */
  items?: { itemId: string; quantity: number }[] | undefined
}

export const tradeSides = ['initiator', 'partner'] as const
export type TradeSide = (typeof tradeSides)[number]
export const otherSide = (side: TradeSide): TradeSide =>
  side === 'initiator' ? 'partner' : 'initiator'

/** What the side's wallet has said, or the shop for both, if it was asked: whether it holds the offer, and later that it paid or let go. */
export type Escrow = 'unknown' | 'held' | 'refused' | 'paid' | 'released'
export type Party = { userId: string; offer: Offer; isConfirmed: boolean; escrow: Escrow }

/** `holding` asks both wallets, and may still end either way; `paying` is the decision, and `releasing` the other one. */
export type TradePhase = 'open' | 'holding' | 'paying' | 'releasing' | 'done'
export const tradeOutcomes = ['completed', 'cancelled', 'expired', 'failed'] as const
export type TradeOutcome = (typeof tradeOutcomes)[number]
export const tradeStatuses = ['open', 'settling', ...tradeOutcomes] as const
export type TradeStatus = (typeof tradeStatuses)[number]

export type Trade = Record<TradeSide, Party> & {
  projectId: string
  id: string
  /** Counts the changes of both offers. */
  version: number
  /** How often an offer was set, also to what it was. */
  offersSet: number
  phase: TradePhase
  outcome: TradeOutcome | null
  /** What the shop has said of the items of both sides; absent before it has, and where there are none. */
  pieces?: Escrow
  /** Whose wallet or inventory refused, and why. */
  failure: { userId: string; code: string } | null
  createdAt: number
  expiresAt: number
  /** 0 while it is not decided how it ends. */
  endedAt: number
  attempts: number
  nextAttemptAt: number
}

export type TradeRefusal = 'trade_closed' | 'trade_changed' | 'trade_empty' | 'too_many_offers'
/** What a step did; each is a row of the trade's history. */
export const tradeSteps = [
  'created',
  'offered',
  'confirmed',
  'agreed',
  'decided',
  'released',
  ...tradeOutcomes,
] as const
export type TradeStep = (typeof tradeSteps)[number]
export type Change = { trade: Trade; steps: TradeStep[] }
type Decided = Result<Change, TradeRefusal>

const unchanged = (trade: Trade): Change => ({ trade, steps: [] })

/** An offer in one order of its currencies and items, so that equal offers are equal text. */
export const sortedOffer = ({ currencies, items = [] }: Offer): Offer => ({
  currencies: currencies.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
  ...(items.length > 0 && { items: items.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1)) }),
})

export const isNothing = ({ currencies, items = [] }: Offer): boolean =>
  currencies.length + items.length === 0

export const hasItems = (trade: Trade): boolean =>
  tradeSides.some((side) => trade[side].offer.items !== undefined)

/** What both confirm: the trade, its version and everything that either gives. */
export const digestOf = ({ projectId, id, version, initiator, partner }: Trade): string =>
  sha256(JSON.stringify([projectId, id, version, givenBy(initiator), givenBy(partner)]))

/** Without items as it was before there were any: digests that somebody has confirmed stay what they are. */
const givenBy = ({ userId, offer: { currencies, items } }: Party) => [
  userId,
  currencies.map(({ currency, amount }) => [currency, amount]),
  ...(items ? [items.map(({ itemId, quantity }) => [itemId, quantity])] : []),
]

/** As it is at `at`, also when nobody has written down yet that its time is over. */
export function statusAt({ phase, outcome, expiresAt }: Trade, at: number): TradeStatus {
  if (outcome) return outcome
  if (phase === 'paying') return 'settling'
  if (at >= expiresAt) return 'expired'
  return phase === 'open' ? 'open' : 'settling'
}

export const sideOf = (trade: Trade, userId: string): TradeSide | undefined =>
  tradeSides.find((side) => trade[side].userId === userId)

/** Any change of what is offered takes both confirmations back. */
export function setOffer(trade: Trade, side: TradeSide, offer: Offer, at: number): Decided {
  if (statusAt(trade, at) !== 'open') return fail('trade_closed')
  if (trade.offersSet >= offersMax) return fail('too_many_offers')
  const counted = { ...trade, offersSet: trade.offersSet + 1 }
  const sorted = sortedOffer(offer)
  const isSame = JSON.stringify(sorted) === JSON.stringify(trade[side].offer)
  if (isSame) return ok(unchanged(counted))
  const other = otherSide(side)
  return ok({
    trade: {
      ...counted,
      version: trade.version + 1,
      [side]: { ...trade[side], offer: sorted, isConfirmed: false },
      [other]: { ...trade[other], isConfirmed: false },
    },
    steps: ['offered'],
  })
}

/** The second confirmation of the same digest is the agreement. */
export function confirm(trade: Trade, side: TradeSide, digest: string, at: number): Decided {
  const isSame = digest === digestOf(trade)
  const status = statusAt(trade, at)
  const isOn = status === 'open' || status === 'settling' || status === 'completed'
  if (isOn && isSame && trade[side].isConfirmed) return ok(unchanged(trade))
  if (status !== 'open') return fail('trade_closed')
  if (!isSame) return fail('trade_changed')
  if (tradeSides.every((each) => isNothing(trade[each].offer))) return fail('trade_empty')
  const confirmed: Trade = { ...trade, [side]: { ...trade[side], isConfirmed: true } }
  if (!confirmed[otherSide(side)].isConfirmed) return ok({ trade: confirmed, steps: ['confirmed'] })
  return ok({ trade: entered(confirmed, 'holding', at), steps: ['confirmed', 'agreed'] })
}

/** Either may, until both have confirmed. */
export function cancel(trade: Trade, at: number): Decided {
  if (trade.outcome === 'cancelled') return ok(unchanged(trade))
  if (statusAt(trade, at) !== 'open') return fail('trade_closed')
  return ok(ended({ ...trade, phase: 'done' }, 'cancelled', at))
}

/** Writes down what time has decided: an open trade is over. */
export const expire = (trade: Trade, at: number): Change =>
  trade.phase === 'open' && at >= trade.expiresAt
    ? ended({ ...trade, phase: 'done' }, 'expired', trade.expiresAt)
    : unchanged(trade)

type Answer = { escrow: Escrow; code?: string }
/** What both wallets and the shop have said since, if it still matters in the phase that the trade is in now. */
export type Answers = Partial<Record<TradeSide, Answer>> & {
  pieces?: Answer & { userId?: string }
}

/** One step of settling. From `holding` it goes to `paying` or `releasing`, in one write, and never back. */
export function settle(trade: Trade, answers: Answers, at: number): Change {
  const heard = hear(trade, answers)
  switch (heard.phase) {
    case 'holding':
      return decide(heard, at)
    case 'paying':
      return allAre(heard, ['paid'])
        ? ended({ ...heard, phase: 'done' }, 'completed', at)
        : unchanged(heard)
    case 'releasing':
      return allAre(heard, ['released', 'refused'])
        ? { trade: { ...heard, phase: 'done' }, steps: ['released'] }
        : unchanged(heard)
    case 'open':
    case 'done':
      break
  }
  return unchanged(heard)
}

function decide(trade: Trade, at: number): Change {
  const released = entered(trade, 'releasing', at)
  if (at >= trade.expiresAt) return ended(released, 'expired', trade.expiresAt)
  if (trade.failure) return ended(released, 'failed', at)
  if (!allAre(trade, ['held'])) return unchanged(trade)
  return { trade: entered(trade, 'paying', at), steps: ['decided'] }
}

/** The trade cannot take place: for example a currency is gone. */
export const refuse = (
  trade: Trade,
  failure: { userId: string; code: string },
  at: number,
): Change => (trade.phase === 'holding' ? decide({ ...trade, failure }, at) : unchanged(trade))

const meaningful: Record<TradePhase, Escrow[]> = {
  open: [],
  holding: ['held', 'refused'],
  paying: ['paid'],
  releasing: ['released'],
  done: [],
}

function hear(trade: Trade, answers: Answers): Trade {
  const next = { ...trade }
  for (const side of tradeSides) {
    const answer = answers[side]
    if (!answer || !meaningful[trade.phase].includes(answer.escrow)) continue
    next[side] = { ...trade[side], escrow: answer.escrow }
    if (answer.escrow === 'refused') {
      next.failure ??= { userId: trade[side].userId, code: answer.code ?? 'unknown' }
    }
  }
  return hearShop(next, answers)
}

/** Unlike a wallet the shop forgets that it refused, so it has to hear that the trade is off all the same. */
function hearShop(trade: Trade, { pieces }: Answers): Trade {
  if (!pieces || !meaningful[trade.phase].includes(pieces.escrow)) return trade
  if (pieces.escrow !== 'refused') return { ...trade, pieces: pieces.escrow }
  const { userId = '', code = 'unknown' } = pieces
  return { ...trade, failure: trade.failure ?? { userId, code } }
}

const allAre = (trade: Trade, wanted: Escrow[]) =>
  tradeSides.every((side) => wanted.includes(trade[side].escrow)) &&
  (!hasItems(trade) || (trade.pieces !== undefined && wanted.includes(trade.pieces)))

const entered = (trade: Trade, phase: TradePhase, at: number): Trade => ({
  ...trade,
  phase,
  attempts: 0,
  nextAttemptAt: at + rescueMilliseconds,
})

const ended = (trade: Trade, outcome: TradeOutcome, endedAt: number): Change => ({
  trade: { ...trade, outcome, endedAt },
  steps: [outcome],
})
