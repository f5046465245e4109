/** What a board announces of its changes: only what everybody may see. */
import { numberedIds } from '@coinop/shared/ids'
import type { EventEnvelope } from '@coinop/shared/events'
import type { Change, Season } from './board-commands.ts'
import { eventOf } from './events.ts'

/** The events of changes. */
export function eventsOf(season: Season, changes: Change[]): EventEnvelope[] {
  const { projectId, boardId, seasonId } = season
  const idOf = numberedIds('evt', `${projectId}/${boardId}/${seasonId}`)
  return changes.flatMap((change) => eventOfChange(season, change, idOf) ?? [])
}

/** The event of a change; undefined for what nobody sees, and for what is not a score. */
function eventOfChange(
  { boardId, seasonId }: Season,
  change: Change,
  idOf: ReturnType<typeof numberedIds>,
): EventEnvelope | undefined {
  const { sequence, at, kind, userId, keys, previousKeys, rank } = change
  const shown = change.visible && (kind === 'score' || kind === 'restore')
  if (!shown || keys === null || rank === null) return undefined
  return eventOf('leaderboards.score.updated', {
    id: idOf(at, sequence),
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
