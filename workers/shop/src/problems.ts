/** Everything that can go wrong in the shop, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  item_not_found: {
    status: 404,
    title: 'There is no such item in this project.',
    fix: 'Use an id from GET /v1/items; nothing was bought.',
  },
  buyer_not_found: {
    status: 404,
    title: 'There is no such user in this project.',
    fix: 'Check the id in `userId`; nothing was bought.',
  },
  currency_not_found: {
    status: 404,
    title: 'The project has no currency with this code.',
    fix: 'Create the currency of the item, or give the item another price, and use a new Idempotency-Key.',
  },
  item_unavailable: {
    status: 409,
    title: 'The item is not for sale.',
    fix: 'Choose another item, or activate this one with PATCH /v1/items/{itemId}.',
  },
  price_changed: {
    status: 409,
    title: 'The price is not the one in `expectedPrice`.',
    fix: 'Read the item again, show its price to the buyer, and send the request with that price.',
  },
  total_limit_exceeded: {
    status: 409,
    title: 'The total would exceed 10^12 minor units.',
    fix: 'Buy fewer pieces in one order.',
  },
  out_of_stock: {
    status: 409,
    title: 'The stock does not cover the quantity.',
    fix: 'Buy fewer pieces, or wait until the item is restocked; `stock` of the item says what is left.',
  },
  insufficient_funds: {
    status: 409,
    title: 'The available balance does not cover the amount.',
    fix: 'Use a smaller amount, or credit the wallet and send the request with a new Idempotency-Key.',
  },
})
