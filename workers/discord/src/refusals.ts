/** Every refusal that a command can meet, as a sentence that says what to do next. A code without one does not compile. */
import type { AmountRefusal } from './amounts.ts'
import type { PressRefusal } from './custom-id.ts'

type CodeOf<F extends (...input: never[]) => Promise<unknown>> =
  Awaited<ReturnType<F>> extends infer R
    ? R extends { ok: false; code: infer C }
      ? C
      : never
    : never

export type Refusal =
  | CodeOf<DiscordEnv['WALLET_TRANSFERS']['transfer']>
  | CodeOf<DiscordEnv['SHOP_PURCHASES']['purchase']>
  | CodeOf<DiscordEnv['GAMES_PLAYS']['play']>
  | CodeOf<DiscordEnv['GAMES_PLAYS']['act']>
  | CodeOf<DiscordEnv['GAMES_PLAYS']['claimDaily']>
  | CodeOf<DiscordEnv['SHOP_PURCHASES']['use']>
  | CodeOf<DiscordEnv['SHOP_PURCHASES']['give']>
  | CodeOf<DiscordEnv['WALLET_DEPOSITS']['withdraw']>
  | CodeOf<DiscordEnv['GAMES_FAIRNESS']['rotate']>
  | CodeOf<DiscordEnv['GAMES_PLAYS']['claimWork']>
  | CodeOf<DiscordEnv['LEADERBOARDS_READS']['standing']>
  | CodeOf<DiscordEnv['SHOP_CATALOGUE']['create']>
  | CodeOf<DiscordEnv['SHOP_CATALOGUE']['update']>
  | CodeOf<DiscordEnv['LEADERBOARDS_MANAGEMENT']['create']>
  | CodeOf<DiscordEnv['LEADERBOARDS_MANAGEMENT']['update']>
  | CodeOf<DiscordEnv['LEADERBOARDS_MANAGEMENT']['closeSeason']>
  | AmountRefusal
  | PressRefusal
  | 'no_currency'
  | 'command_outdated'
  | 'recipient_is_bot'
  | 'recipient_unknown'
  | 'transfer_returned'
  | 'not_a_manager'
  | 'item_not_owned'
  | 'not_on_board'
  | 'server_not_set_up'
  | 'their_funds_insufficient'
  | 'price_unreadable'
  | 'number_unreadable'
  | 'board_words_unknown'

export const sentences: Record<Refusal, string> = {
  insufficient_funds:
    'You do not have enough. See what you have with `/balance`, or collect `/daily`.',
  balance_limit_exceeded:
    'That would make a balance larger than can be stored. Try a smaller amount.',
  currency_cap_exceeded: 'Nobody may hold that much of this currency. Try a smaller amount.',
  idempotency_conflict: 'This command was already used for something else. Send it again.',
  currency_not_found: 'There is no such currency here. `/balance` lists the ones there are.',
  wallet_not_found: 'Your wallet was not found. Nothing was moved; send the command again.',
  recipient_not_found: 'Their wallet was not found. Nothing was moved; send the command again.',
  same_wallet: 'You cannot pay yourself. Choose somebody else.',
  currency_not_transferable:
    'This currency cannot be sent to others. Choose another one from `/balance`.',
  out_of_stock: 'There are not that many left. See the stock with `/shop`.',
  price_changed: 'The price has changed. Look again with `/shop`.',
  not_on_sale: 'This item is not on sale just now. See what is with `/shop`.',
  currency_not_accepted: 'This item has no price in that currency. See its prices with `/shop`.',
  user_limit_exceeded: 'You have bought as many of these as one player may.',
  requirements_not_met:
    'This item is not for everyone: it needs a role, an item, a balance or a level.',
  item_unavailable: 'This item is not for sale now. See what is with `/shop`.',
  item_not_found: 'There is no such item. See what there is with `/shop`.',
  buyer_not_found: 'Your wallet was not found. Nothing was bought; send the command again.',
  total_limit_exceeded: 'That is more than one order may cost. Buy fewer at once.',
  too_many_holds:
    'You have too many open rounds. Finish some of them, then send the command again.',
  game_inactive: 'This game is switched off here. Choose another one.',
  bet_out_of_range: 'Bets of this size are not allowed here. Try a smaller or a larger one.',
  daily_loss_limit: 'You have reached what may be lost here in a day. Come back tomorrow.',
  cooling_down: 'Not so fast. Wait a little, then send the command again.',
  round_not_found: 'This round is not yours, or it does not exist. Play one with `/play`.',
  round_finished: 'This round has ended. Play another one with `/play`.',
  round_moved_on: 'This round has moved on since. Use the newest buttons.',
  action_not_allowed: 'That is not possible now. Use one of the buttons that are shown.',
  stake_expired: 'The round was left open for too long; your stake came back. Play another one.',
  game_changed:
    'The rules of this game have just changed; nothing was staked. Send the command again.',
  game_not_found:
    'There is no such game here. Ask whoever runs this bot to register its commands again.',
  invalid_request: 'That is more than this takes. Try a smaller amount.',
  already_claimed: 'You have collected your reward of today. Come back tomorrow.',
  reward_not_configured:
    'There is no daily reward here yet. Ask whoever runs this server to set one.',
  amount_too_precise: 'This currency does not have that many decimals. Use fewer.',
  amount_out_of_range: 'The amount must be above zero, and not astronomically large.',
  no_currency: 'There is no currency here yet. Ask whoever runs this server to create one.',
  command_outdated:
    'This command has changed since Discord learned it. Ask whoever runs this bot to register its commands again.',
  recipient_is_bot: 'Bots have no wallet. Choose a person.',
  recipient_unknown: 'Discord did not say who that is. Choose the person from the list it offers.',
  button_unknown: 'That is not supported here, or not any more. Use the command again.',
  button_of_another: 'These buttons are somebody else’s. Use the command yourself.',
  client_seed_invalid:
    'A seed is 1 to 64 letters, digits or signs, without spaces. Try another one.',
  leaderboard_not_found: 'There is no such board here. Choose one that is suggested.',
  not_on_board: 'There is no score on this board yet.',
  item_not_owned: 'You own nothing of that name. See what you have with `/inventory`.',
  pieces_missing: 'You do not own that many. See what you have with `/inventory`.',
  item_not_usable: 'This cannot be used; it is for having, or for giving with `/gift`.',
  receiver_not_found: 'They have no inventory yet. Nothing was given; send the command again.',
  same_user: 'It is yours already. Choose somebody else.',
  not_a_manager: 'Only who may manage this server can do that.',
  server_not_set_up:
    'This server has no economy of its own, so nobody manages it from here. See `/setup`.',
  their_funds_insufficient: 'They do not have that much. Take less.',
  price_unreadable:
    'A price is a number, and a currency if it is not the main one: `250` or `2.50 GEM`. Nothing was changed.',
  number_unreadable:
    'Stock and limit are whole numbers, or empty for no limit. Nothing was changed.',
  item_invalid:
    'That cannot be an item: it needs a name, a stock of at most 1,000,000,000 and a limit from 1 to 1,000,000, and no bundle may be in a bundle. Nothing was changed.',
  item_changed:
    'Somebody has changed this item meanwhile. Open it again with `/economy item`; nothing was changed.',
  board_words_unknown:
    'Use the words that the form names: highest or lowest, best, latest, first or increment, never, daily, weekly or monthly. Nothing was changed.',
  board_invalid:
    'That cannot be a board: it needs a name, and a short name of a-z, 0-9 and -. Nothing was changed.',
  board_changed:
    'Somebody has changed this board meanwhile. Open it again with `/economy board`; nothing was changed.',
  board_locked:
    'There are scores, so what stands first cannot change any more. Make another board for that.',
  slug_taken: 'There is a board of that short name already. Choose another one.',
  plan_limit:
    'The plan of this project allows no more boards. Ask whoever runs this bot for a larger one.',
  season_not_found: 'This season is gone. Open the board again with `/economy board`.',
  transfer_returned:
    'Their balance cannot take that much, so the amount came back to you. Try a smaller one.',
}
