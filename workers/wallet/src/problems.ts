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
  currency_cap_exceeded: {
    status: 409,
    title: 'The wallet would hold more of this currency than its cap allows.',
    fix: 'Use a smaller amount, or raise the `cap` of the currency and send a new Idempotency-Key.',
  },
  currency_in_use: {
    status: 409,
    title: 'Money of this currency has moved, so its decimals and its existence are for ever.',
    fix: 'Make another currency; name, transferable and cap may change.',
  },
  hold_not_found: {
    status: 404,
    title: 'The wallet has no hold of this id.',
    fix: 'Check the wallet and the id; GET the holds of the wallet lists them.',
  },
  hold_closed: {
    status: 409,
    title: 'The hold was captured or voided before.',
    fix: 'Make a new hold; a retry of the capture needs the Idempotency-Key of the first one.',
  },
  hold_expired: {
    status: 409,
    title: 'The time of the hold is over and its money is free again.',
    fix: 'Make a new hold, with a longer `expiresInSeconds`.',
  },
  capture_exceeds_hold: {
    status: 409,
    title: 'A capture takes at most what is held.',
    fix: 'Use an amount up to the amount of the hold.',
  },
  too_many_holds: {
    status: 409,
    title: 'The wallet has 100 open holds.',
    fix: 'Capture or void one, or wait until one expires, and send a new Idempotency-Key.',
  },
  transfer_not_found: {
    status: 404,
    title: 'There is no such movement.',
    fix: 'Check the id; name `walletId` for a movement that was made a moment ago.',
  },
  transfer_not_completed: {
    status: 409,
    title: 'The transfer has not arrived, or has come back.',
    fix: 'Wait until GET of the transfer says `completed`; what came back needs no reversal.',
  },
  not_reversible: {
    status: 409,
    title: 'A movement of this kind cannot be reversed.',
    fix: 'Reverse a deposit, a withdrawal, a reward, a charge, a captured hold or a transfer.',
  },
  already_reversed: {
    status: 409,
    title: 'This movement was reversed before; that happens once.',
    fix: 'Use a deposit, a withdrawal or a new transfer for a further correction.',
  },
  reversal_exceeds_amount: {
    status: 409,
    title: 'A reversal returns at most what was moved.',
    fix: 'Use an amount up to that of the movement, or none for all of it.',
  },
  reversal_not_covered: {
    status: 409,
    title: 'The wallet that received the money no longer has it available.',
    fix: 'Reverse a smaller `amount`, or wait for the money and send a new Idempotency-Key.',
  },
  same_wallet: {
    status: 409,
    title: 'A transfer needs two different wallets.',
    fix: 'Name another recipient in `to`.',
  },
  currency_not_transferable: {
    status: 409,
    title: 'Players may not send this currency to each other.',
    fix: 'Use a currency whose `transferable` is true, and a new Idempotency-Key.',
  },
  item_not_found: {
    status: 404,
    title: 'There is no such item in this project.',
    fix: 'Use an id from GET /v1/inventory; the offer is as it was.',
  },
  trade_with_self: {
    status: 409,
    title: 'A trade needs two different players.',
    fix: 'Name another player in `partnerId`.',
  },
  partner_not_found: {
    status: 404,
    title: 'There is no such player in this project.',
    fix: 'Check the id in `partnerId`; no trade was made.',
  },
  too_many_trades: {
    status: 409,
    title: 'The player has 50 open trades of their own making.',
    fix: 'Cancel or complete one, or wait until one expires.',
  },
  trade_closed: {
    status: 409,
    title: 'The trade is settling or has ended.',
    fix: 'GET the trade tells how it stands; make a new one.',
  },
  trade_changed: {
    status: 409,
    title: 'The digest is not that of the trade as it stands: an offer has changed.',
    fix: 'GET the trade, show both offers again and confirm its `digest` with a new Idempotency-Key.',
  },
  trade_empty: {
    status: 409,
    title: 'Neither side offers anything.',
    fix: 'Set an offer before you confirm.',
  },
  too_many_offers: {
    status: 409,
    title: 'The offers of this trade were set 100 times.',
    fix: 'Confirm or cancel this trade, or make a new one.',
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
