/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { dailyRewardClaim } from './daily-reward.claim.ts'
import { dailyRewardGet } from './daily-reward.get.ts'
import { dailyRewardSet } from './daily-reward.set.ts'
import { fairnessGet } from './fairness.get.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { gamesGet } from './games.get.ts'
import { gamesList } from './games.list.ts'
import { gamesPlay } from './games.play.ts'
import { roundsAct } from './rounds.act.ts'
import { roundsGet } from './rounds.get.ts'
import { roundsList } from './rounds.list.ts'
import { scoresGet } from './scores.get.ts'

export const routes = [
  gamesList,
  gamesGet,
  gamesPlay,
  scoresGet,
  roundsList,
  roundsGet,
  roundsAct,
  fairnessGet,
  fairnessRotate,
  dailyRewardGet,
  dailyRewardSet,
  dailyRewardClaim,
] as const
