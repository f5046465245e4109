/** Everything that can go wrong with games and rewards, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  game_not_found: {
    status: 404,
    title: 'There is no game with this id.',
    fix: 'Use an id from GET /v1/games.',
  },
  insufficient_funds: {
    status: 409,
    title: 'The available balance does not cover the amount.',
    fix: 'Use a smaller amount, or credit the wallet and send the request with a new Idempotency-Key.',
  },
  balance_limit_exceeded: {
    status: 409,
    title: 'The balance would exceed 2^53 - 1 minor units.',
    fix: 'Use a smaller amount, or a currency with fewer decimals.',
  },
  currency_not_found: {
    status: 404,
    title: 'The project has no currency with this code.',
    fix: 'Use a code from GET /v1/currencies, or create the currency first.',
  },
  too_many_holds: {
    status: 409,
    title: 'The wallet has 100 open holds.',
    fix: 'Capture or void one, or wait until one expires, and send a new Idempotency-Key.',
  },
  stake_expired: {
    status: 409,
    title: 'The stake was no longer set aside when the round ended; it was given back.',
    fix: 'Play another round.',
  },
  round_finished: {
    status: 409,
    title: 'The round has ended, or its game asks for no actions.',
    fix: 'Read the round; `next` says whether it waits for you.',
  },
  round_moved_on: {
    status: 409,
    title: 'Another action was taken at this step.',
    fix: 'Read the round again, and send the step that `next` names.',
  },
  action_not_allowed: {
    status: 409,
    title: 'The action is not possible at this step.',
    fix: 'Use one of the actions that `next` lists.',
  },
  game_inactive: {
    status: 409,
    title: 'The project has switched this game off.',
    fix: 'Play another game; GET /v1/games/{gameId}/settings shows which are on.',
  },
  bet_out_of_range: {
    status: 409,
    title: 'The project allows smaller or larger bets only.',
    fix: 'GET /v1/games/{gameId}/settings shows the limits of each currency.',
  },
  daily_loss_limit: {
    status: 409,
    title: 'The bet could cost more than a player may lose in this game on one day.',
    fix: 'Bet less, or play again after midnight UTC; GET /v1/games/{gameId}/settings shows the limit.',
  },
  cooling_down: {
    status: 409,
    title: 'The last time was too recent.',
    fix: 'Wait for the seconds that the settings of the game or the reward name as coolDownSeconds.',
  },
  session_expired: {
    status: 409,
    title: 'The time to submit a score is over.',
    fix: 'Start another session.',
  },
  score_submitted: {
    status: 409,
    title: 'The session has its score.',
    fix: 'Start another session; a retry needs the Idempotency-Key of the first try.',
  },
  game_changed: {
    status: 409,
    title: 'The rules of the game changed before the round was decided; nothing was staked.',
    fix: 'Read the rules again and play with a new Idempotency-Key.',
  },
  already_claimed: {
    status: 409,
    title: 'The daily reward of this day has been claimed.',
    fix: 'Claim again after midnight UTC.',
  },
  reward_not_configured: {
    status: 404,
    title: 'The project has no such reward.',
    fix: 'Set one with PUT /v1/rewards/daily or /v1/rewards/work and a secret key.',
  },
})
