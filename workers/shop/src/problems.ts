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
  not_on_sale: {
    status: 409,
    title: 'The item is not on sale at this time.',
    fix: 'Buy it between `saleStartsAt` and `saleEndsAt` of the item, or change these with PATCH /v1/items/{itemId}.',
  },
  currency_not_accepted: {
    status: 409,
    title: 'The item has no price in this currency.',
    fix: 'Use the currency of `price` or of one of `otherPrices` of the item.',
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
  user_limit_exceeded: {
    status: 409,
    title: 'The user would have bought more pieces than `limitPerUser` allows.',
    fix: 'Buy fewer pieces; refused and refunded orders do not count.',
  },
  requirements_not_met: {
    status: 409,
    title: 'The buyer does not meet the requirements of the item.',
    fix: 'See `requirements` of the item; roles and levels are known only from `facts`, which a server sends.',
  },
  insufficient_funds: {
    status: 409,
    title: 'The available balance does not cover the amount.',
    fix: 'Use a smaller amount, or credit the wallet and send the request with a new Idempotency-Key.',
  },
  sku_taken: {
    status: 409,
    title: 'Another item of the project has this sku.',
    fix: 'Choose another sku, or change that item.',
  },
  order_not_paid: {
    status: 409,
    title: 'The order was not paid, so there is nothing to give back.',
    fix: 'Refund orders whose status is paid; a pending one ends within minutes.',
  },
  order_not_refundable: {
    status: 409,
    title: 'The purchase paid out currency, which may be spent by now.',
    fix: 'Settle it by hand: POST /v1/wallets/{walletId}/deposit and /withdraw.',
  },
  pieces_missing: {
    status: 409,
    title: 'The inventory does not hold that many pieces.',
    fix: 'See GET /v1/inventory; what was used or given away cannot be used, given or refunded again.',
  },
  refund_refused: {
    status: 409,
    title: 'The price would make a balance larger than can be stored.',
    fix: 'Lower the balance and send the request again; the order is paid as before.',
  },
  item_not_usable: {
    status: 409,
    title: 'The item cannot be used.',
    fix: 'Use an item whose `onUse` is not null, or set it with PATCH /v1/items/{itemId}; an empty list is enough.',
  },
  receiver_not_found: {
    status: 404,
    title: 'There is no such user in this project.',
    fix: 'Check the id in `to`; nothing was given.',
  },
  same_user: {
    status: 409,
    title: 'Giver and receiver are the same user.',
    fix: 'Name another user in `to`.',
  },
})
