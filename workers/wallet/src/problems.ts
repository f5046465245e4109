/** Everything that can go wrong with money, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
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
  same_wallet: {
    status: 409,
    title: 'A transfer needs two different wallets.',
    fix: 'Name another recipient in `to`.',
  },
  currency_not_transferable: {
    status: 409,
    title: 'Players may not send this currency to each other.',
    fix: 'Use a currency whose `transferable` is true.',
  },
  currency_exists: {
    status: 409,
    title: 'The project has a currency with this code.',
    fix: 'Choose another code, or use the one that exists.',
  },
  currency_not_found: {
    status: 404,
    title: 'The project has no currency with this code.',
    fix: 'Use a code from GET /v1/currencies, or create the currency first.',
  },
  recipient_not_found: {
    status: 404,
    title: 'There is no such recipient in this project.',
    fix: 'Check the id in `to`; nothing was moved.',
  },
  proof_not_found: {
    status: 404,
    title: 'There is no complete proof whose heads are still kept.',
    fix: 'Make one with POST /v1/ledger/proof, and begin the export again.',
  },
  rebuild_running: {
    status: 409,
    title: 'The copy of this project is being made anew already.',
    fix: 'Ask GET /v1/ledger/rebuilds/{number} how far it is, and wait until it is finished.',
  },
})
