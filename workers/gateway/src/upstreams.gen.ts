/** Which Worker answers which path: the first segment after /v1, and its binding. Made by `npm run gen`. */
export const upstreams = {
  balance: 'WALLET',
  billing: 'BILLING',
  currencies: 'WALLET',
  discord: 'DISCORD',
  events: 'EVENTS',
  fairness: 'GAMES',
  games: 'GAMES',
  inventory: 'SHOP',
  items: 'SHOP',
  'jwks.json': 'AUTH',
  login: 'AUTH',
  logout: 'AUTH',
  me: 'AUTH',
  orders: 'SHOP',
  purchase: 'SHOP',
  refresh: 'AUTH',
  rewards: 'GAMES',
  rounds: 'GAMES',
  signup: 'AUTH',
  transfer: 'WALLET',
  usage: 'BILLING',
  users: 'AUTH',
  wallets: 'WALLET',
} as const

/** The bindings of all Workers, those without a public path too: what `/healthz` asks. */
export const services = ['AUTH', 'PASSWORD', 'WALLET', 'SHOP', 'GAMES', 'DISCORD', 'EVENTS', 'BILLING'] as const
