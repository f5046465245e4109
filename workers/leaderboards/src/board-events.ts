/** What a board announces of its changes: only what everybody may see. */
import { numberedIds } from '@coinop/shared/ids'
import type { EventEnvelope } from '@coinop/shared/events'
import type { BoardReference, Change, Season } from './board-commands.ts'
import { eventOf } from './events.ts'

export const announcing = {
  /** Changes within this time share an alarm, which costs a row. */
  togetherMilliseconds: 500,
  retryMilliseconds: 2_000,
  /** After a run that ended in the middle, the next is set before the work: six such runs and there would be none. */
  rescueMilliseconds: 10_000,
  /** How often the mark is written that says how far the announcements have got: the log drops what it has. */
  markEvery: 100,
}

/** A board that nobody has written to has nothing to tell. */
export async function announce(
  { EVENTS_APPENDS }: Pick<LeaderboardsEnv, 'EVENTS_APPENDS'>,
  reference: BoardReference | undefined,
  changes: Change[],
): Promise<void> {
  const events = reference ? eventsOf(reference.season, changes) : []
  if (!reference || events.length === 0) return
  await EVENTS_APPENDS.appendText(reference.season.projectId, JSON.stringify(events))
}

function eventsOf(season: Season, changes: Change[]): EventEnvelope[] {
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
