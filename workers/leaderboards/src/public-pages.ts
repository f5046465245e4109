/** What a board's public page shows: read once in a few seconds for everybody, whoever asks. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { drizzle } from 'drizzle-orm/d1'
import type { StandingsPage, Standing } from './board-commands.ts'
import { boardPage } from './board-page.ts'
import { playerNames } from './player-names.ts'
import { problem } from './problems.ts'
import type { Line, Point } from './score-chart.ts'
import { isShared } from './score-rules.ts'
import { dayMilliseconds, dayOf, scoresOfDays } from './snapshots.ts'
import {
  cursorScope,
  type Place,
  readPlace,
  type Standings,
  standingsOf,
  writePlace,
} from './standings.ts'

/** A page may be this old; the gateway lets others keep it for as long again. */
const pageMilliseconds = 5_000
const pagesKeptMax = 200
const linesOfPage = 25
/** In the chart. */
const playersMax = 5
const daysMax = 14

const pages = new Map<string, { text: Promise<string>; until: number }>()

type Asked = { leaderboardId: string; season: string | undefined; cursor: string | undefined }

/** Throws `leaderboard_not_found` for a private board, whoever asks: a page is for everybody, or it is not there. */
export async function publicPage(
  env: LeaderboardsEnv,
  caller: Caller,
  { leaderboardId, season: asked, cursor }: Asked,
): Promise<string> {
  const scope = cursorScope(env, leaderboardId)
  const place = readPlace(scope, cursor, asked)
  const season = place?.seasonId ?? asked
  const found = await standingsOf(env, caller, { leaderboardId, season })
  if (!found.board.public) throw problem('leaderboard_not_found')
  // As it was asked for: the links of the page say it again.
  const key = JSON.stringify([found.board.id, leaderboardId, found.season.id, asked, place])
  const kept = pages.get(key)
  if (kept && now() < kept.until) return kept.text
  const text = render(env, found, { place, scope, asked })
  if (pages.size >= pagesKeptMax) pages.clear()
  pages.set(key, { text, until: now() + pageMilliseconds })
  // What failed is not kept.
  void text.catch(() => pages.delete(key))
  return text
}

type How = {
  place: Place | undefined
  scope: ReturnType<typeof cursorScope>
  asked: string | undefined
}

async function render(env: LeaderboardsEnv, found: Standings, how: How): Promise<string> {
  const { board, season, object } = found
  const { place, scope, asked } = how
  const page = object ? await read(object, place) : nothing
  const { standings, total } = page
  const names = await playerNames(
    env,
    board.projectId,
    standings.map(({ userId }) => userId),
  )
  const linkTo = (direction: Place['direction'], position: Place['position'] | null) =>
    position && `?cursor=${writePlace(scope, { seasonId: season.id, direction, position })}`
  const first = asked === undefined ? '?' : `?season=${asked}`
  // A shared rank says nothing of how many are ahead.
  const isSecond =
    page.previous !== null && !isShared(board) && standings[0]!.rank <= linesOfPage + 1
  const lines = place ? [] : await linesOf(env, found, { standings, names })
  const content = {
    board,
    season,
    total,
    standings,
    names,
    lines,
    links: {
      // The first page by its plain address, which others have kept.
      higher: isSecond ? first : linkTo('before', page.previous),
      lower: linkTo('after', page.next),
    },
    madeAt: now(),
  }
  return String(await boardPage(content))
}

const nothing: StandingsPage = { standings: [], next: null, previous: null, total: 0 }

const read = (object: NonNullable<Standings['object']>, place: Place | undefined) =>
  place?.direction === 'before'
    ? object.before({ before: place.position, limit: linesOfPage })
    : object.top({ limit: linesOfPage, ...(place && { after: place.position }) })

type Shown = { standings: Standing[]; names: Map<string, string> }

/** The best of now over the past days; none where there is nothing to compare with. */
async function linesOf(
  env: LeaderboardsEnv,
  { season }: Standings,
  { standings, names }: Shown,
): Promise<Line[]> {
  const best = standings.slice(0, playersMax)
  if (best.length === 0) return []
  const end = season.closedAt ?? now()
  const scores = await scoresOfDays(drizzle(env.LEADERBOARDS_DB), season.id, {
    userIds: best.map(({ userId }) => userId),
    since: dayOf(end - daysMax * dayMilliseconds),
  })
  if (scores.length === 0) return []
  const byUser = Map.groupBy(scores, ({ userId }) => userId)
  return best.map(({ userId, keys }) => {
    const past = (byUser.get(userId) ?? []).map(({ takenAt, score }): Point => ({
      at: Math.min(takenAt, end),
      score,
    }))
    return { name: names.get(userId)!, points: [...past, { at: end, score: keys[0] ?? 0 }] }
  })
}
