/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { leaderboardsCreate } from './leaderboards.create.ts'
import { leaderboardsGet } from './leaderboards.get.ts'

export const routes = [leaderboardsCreate, leaderboardsGet] as const
