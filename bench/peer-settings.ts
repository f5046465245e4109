/** What `wallet.ts` tells the process of its peer, and the line by which that says that it listens. */

export type PeerSettings = {
  port: number
  /** Of PostgreSQL. */
  url: string
  /** The API key that it knows. */
  key: string
  walletIds: string[]
  /** What every wallet has. */
  posted: number
}
export const ready = 'The peer listens.'

/** What `leaderboards.ts` tells the process of its peer. */
export type RedisPeerSettings = {
  port: number
  /** Of Redis. */
  url: string
  /** The API key that it knows. */
  key: string
  userIds: string[]
}
