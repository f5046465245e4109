/** What a request shows: an API key, a player's access token that is renewed when it has expired, or both. */
import { errorOf } from './error.ts'

export type Tokens = { accessToken: string; refreshToken?: string }

export type Credential = {
  /** Puts the credential into the headers; answers the access token among them, or nothing. */
  apply(headers: Headers): string
  /** After a 401: whether there is now another credential than `refused`. Throws when the session has ended. */
  renew(refused: string): Promise<boolean>
}

/** An API key, or nothing at all. */
export const keyCredential = (apiKey: string | undefined): Credential => ({
  apply: (headers) => {
    if (apiKey !== undefined) headers.set('x-api-key', apiKey)
    return ''
  },
  renew: () => Promise.resolve(false),
})

type Renewal = {
  /** The key of the game that the player plays; shown beside the token. */
  apiKey: string | undefined
  tokens: Tokens
  /** Exchanges a refresh token at `POST /v1/refresh`. */
  exchange: (refreshToken: string) => Promise<Response>
  onTokens: ((tokens: Required<Tokens>) => void | Promise<void>) | undefined
}

/** However many requests meet an expired token at once, it is exchanged once. */
export function playerCredential({ apiKey, tokens, exchange, onTokens }: Renewal): Credential {
  let current = tokens
  let renewing: Promise<void> | undefined
  const exchangeOnce = async (refreshToken: string) => {
    const response = await exchange(refreshToken)
    if (!response.ok) throw await errorOf(response)
    const renewed = (await response.json()) as Required<Tokens>
    current = { accessToken: renewed.accessToken, refreshToken: renewed.refreshToken }
    await onTokens?.({ accessToken: renewed.accessToken, refreshToken: renewed.refreshToken })
  }
  const key = keyCredential(apiKey)
  return {
    apply: (headers) => {
      key.apply(headers)
      headers.set('authorization', `Bearer ${current.accessToken}`)
      return current.accessToken
    },
    renew: async (refused) => {
      if (refused === current.accessToken) {
        if (current.refreshToken === undefined) return false
        renewing ??= exchangeOnce(current.refreshToken).finally(() => (renewing = undefined))
        await renewing
      }
      return true
    },
  }
}
