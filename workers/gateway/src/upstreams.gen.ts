/** Which Worker answers which path: the first segment after /v1, and its binding. Made by `npm run gen`. */
export const upstreams = {
  audit: 'AUTH',
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
  keys: 'AUTH',
  login: 'AUTH',
  logout: 'AUTH',
  me: 'AUTH',
  members: 'AUTH',
  orders: 'SHOP',
  projects: 'AUTH',
  purchase: 'SHOP',
  refresh: 'AUTH',
  rewards: 'GAMES',
  rounds: 'GAMES',
  sessions: 'AUTH',
  signup: 'AUTH',
  tenants: 'AUTH',
  transfer: 'WALLET',
  usage: 'BILLING',
  users: 'AUTH',
  wallets: 'WALLET',
} as const

/** The bindings of all Workers, those without a public path too: what `/healthz` asks. */
export const services = ['AUTH', 'PASSWORD', 'WALLET', 'SHOP', 'GAMES', 'DISCORD', 'EVENTS', 'BILLING'] as const

/** The operations that need an Idempotency-Key, because money or items move. */
export const movesMoney: { method: string; path: RegExp }[] = [
  { method: 'POST', path: /^\/v1\/games\/[^/]+\/play$/ },
  { method: 'POST', path: /^\/v1\/purchase$/ },
  { method: 'POST', path: /^\/v1\/rewards\/daily\/claim$/ },
  { method: 'POST', path: /^\/v1\/transfer$/ },
  { method: 'POST', path: /^\/v1\/wallets\/[^/]+\/deposit$/ },
]
