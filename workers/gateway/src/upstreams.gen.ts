/** Which Worker answers which path: the first segment after /v1, and its binding. Made by `npm run gen`. */
export const upstreams = {
  balance: 'WALLET',
  currencies: 'WALLET',
  discord: 'DISCORD',
  events: 'EVENTS',
  transfer: 'WALLET',
  wallets: 'WALLET',
} as const
