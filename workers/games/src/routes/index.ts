/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { dailyRewardClaim } from './daily-reward.claim.ts'
import { dailyRewardGet } from './daily-reward.get.ts'
import { dailyRewardSet } from './daily-reward.set.ts'
import { fairnessGet } from './fairness.get.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { gameSettingsGet } from './game-settings.get.ts'
import { gameSettingsSet } from './game-settings.set.ts'
import { gamesGet } from './games.get.ts'
import { gamesList } from './games.list.ts'
import { gamesPlay } from './games.play.ts'
import { roundProofsGet } from './round-proofs.get.ts'
import { roundsAct } from './rounds.act.ts'
import { roundsGet } from './rounds.get.ts'
import { roundsList } from './rounds.list.ts'
import { scoresGet } from './scores.get.ts'
import { scoresList } from './scores.list.ts'
import { skillSessionsCreate } from './skill-sessions.create.ts'
import { skillSessionsGet } from './skill-sessions.get.ts'
import { skillSessionsSubmit } from './skill-sessions.submit.ts'
import { workRewardClaim } from './work-reward.claim.ts'
import { workRewardGet } from './work-reward.get.ts'
import { workRewardSet } from './work-reward.set.ts'

export const routes = [
  gamesList,
  gamesGet,
  gamesPlay,
  gameSettingsGet,
  gameSettingsSet,
  scoresGet,
  scoresList,
  roundsList,
  roundsGet,
  roundsAct,
  roundProofsGet,
  fairnessGet,
  fairnessRotate,
  dailyRewardGet,
  dailyRewardSet,
  dailyRewardClaim,
  workRewardGet,
  workRewardSet,
  workRewardClaim,
  skillSessionsCreate,
  skillSessionsGet,
  skillSessionsSubmit,
] as const
