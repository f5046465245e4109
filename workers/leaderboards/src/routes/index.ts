/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { fraudRulesBacktest } from './fraud-rules.backtest.ts'
import { fraudRulesCreate } from './fraud-rules.create.ts'
import { fraudRulesDelete } from './fraud-rules.delete.ts'
import { fraudRulesList } from './fraud-rules.list.ts'
import { fraudRulesUpdate } from './fraud-rules.update.ts'
import { gameBindingsCreate } from './game-bindings.create.ts'
import { gameBindingsDelete } from './game-bindings.delete.ts'
import { gameBindingsList } from './game-bindings.list.ts'
import { gameRefusalsList } from './game-refusals.list.ts'
import { leaderboardsAround } from './leaderboards.around.ts'
import { leaderboardsCreate } from './leaderboards.create.ts'
import { leaderboardsDelete } from './leaderboards.delete.ts'
import { leaderboardsGet } from './leaderboards.get.ts'
import { leaderboardsList } from './leaderboards.list.ts'
import { leaderboardsLive } from './leaderboards.live.ts'
import { leaderboardsPage } from './leaderboards.page.ts'
import { leaderboardsRank } from './leaderboards.rank.ts'
import { leaderboardsRankFor } from './leaderboards.rank-for.ts'
import { leaderboardsTop } from './leaderboards.top.ts'
import { leaderboardsUpdate } from './leaderboards.update.ts'
import { leaderboardsUsers } from './leaderboards.users.ts'
import { playSessionsCreate } from './play-sessions.create.ts'
import { playSessionsGet } from './play-sessions.get.ts'
import { reviewsConfirm } from './reviews.confirm.ts'
import { reviewsGet } from './reviews.get.ts'
import { reviewsList } from './reviews.list.ts'
import { reviewsRestore } from './reviews.restore.ts'
import { liveTicketsCreate } from './live-tickets.create.ts'
import { scoresBatch } from './scores.batch.ts'
import { scoresRemove } from './scores.remove.ts'
import { scoresUpdate } from './scores.update.ts'
import { seasonsClose } from './seasons.close.ts'
import { seasonsGet } from './seasons.get.ts'
import { seasonsList } from './seasons.list.ts'
import { seasonsPreview } from './seasons.preview.ts'
import { snapshotsCreate } from './snapshots.create.ts'
import { snapshotsGet } from './snapshots.get.ts'
import { snapshotsList } from './snapshots.list.ts'
import { seasonsRewards } from './seasons.rewards.ts'

export const routes = [
  leaderboardsCreate,
  leaderboardsList,
  leaderboardsGet,
  leaderboardsUpdate,
  leaderboardsDelete,
  leaderboardsTop,
  leaderboardsRank,
  leaderboardsAround,
  leaderboardsUsers,
  leaderboardsRankFor,
  leaderboardsLive,
  liveTicketsCreate,
  leaderboardsPage,
  snapshotsList,
  snapshotsGet,
  snapshotsCreate,
  seasonsList,
  seasonsGet,
  seasonsPreview,
  seasonsClose,
  seasonsRewards,
  scoresUpdate,
  scoresBatch,
  scoresRemove,
  playSessionsCreate,
  playSessionsGet,
  fraudRulesCreate,
  fraudRulesList,
  fraudRulesUpdate,
  fraudRulesDelete,
  fraudRulesBacktest,
  gameBindingsCreate,
  gameBindingsList,
  gameBindingsDelete,
  gameRefusalsList,
  reviewsList,
  reviewsGet,
  reviewsConfirm,
  reviewsRestore,
] as const
