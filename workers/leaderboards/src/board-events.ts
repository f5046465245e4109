/** What a board announces of its changes: only what everybody may see. */
import { derivedId } from '@coinop/shared/ids'
import type { EventEnvelope } from '@coinop/shared/events'
import type { Change, Season } from './board-commands.ts'
import { eventOf } from './events.ts'

/** The event of a change; undefined for what nobody sees, and for what is not a score. */
export function eventOfChange(season: Season, change: Change): EventEnvelope | undefined {
  const { sequence, at, kind, userId, keys, previousKeys, rank } = change
  const shown = change.visible && (kind === 'score' || kind === 'restore')
  if (!shown || keys === null || rank === null) return undefined
  const { projectId, boardId, seasonId } = season
  return eventOf('leaderboards.score.updated', {
    id: derivedId('evt', at, `${projectId}/${boardId}/${seasonId}/${sequence}`),
    subject: userId,
    at,
    data: {
      boardId,
      seasonId,
      userId,
      score: keys[0]!,
      previousScore: previousKeys?.[0] ?? null,
      rank,
      previousRank: change.previousRank,
      applied: change.applied,
      attempts: change.attempts,
      sequence,
    },
  })
}
