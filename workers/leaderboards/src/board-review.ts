/** Deciding a review: in one stretch with what it does to the entry. */
import { fail, ok, type Result } from '@coinop/shared/result'
import type { Board } from './board.ts'
import type { Review } from './review-rows.ts'

export type ReviewDecision = 'confirmed' | 'restored'
export type ReviewRefusal = 'review_not_found' | 'review_decided' | 'season_closed'
export type Settled = Result<{ review: Review; changed: boolean }, ReviewRefusal>

/** Once: the same decision again changes nothing, another one is refused. */
export function settle(board: Board, id: string, decision: ReviewDecision, at: number): Settled {
  const { reviews } = board.fraud
  const review = reviews.find(id)
  if (!review) return fail('review_not_found')
  if (review.status === decision) return ok({ review, changed: false })
  if (review.status !== 'open') return fail('review_decided')
  const { userId } = review
  // What was only flagged is hidden first, for only what is hidden can be confirmed.
  if (decision === 'confirmed' && review.action === 'flag') board.quarantine(userId, review.reason)
  const answer = decision === 'confirmed' ? board.confirm(userId) : board.restore(userId)
  // An entry that was removed meanwhile needs no decision; the review is over all the same.
  if (!answer.ok && answer.code === 'season_closed') return fail('season_closed')
  reviews.decide(review.number, decision, at)
  return ok({ review: reviews.find(id)!, changed: true })
}
