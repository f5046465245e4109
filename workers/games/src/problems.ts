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
    title: 'The project has no daily reward.',
    fix: 'Set one with PUT /v1/rewards/daily and a secret key.',
  },
})
