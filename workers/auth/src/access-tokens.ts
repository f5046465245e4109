/** Makes access tokens; `@coinop/shared/access-token` verifies them. */
import {
  accessTokenAlgorithm,
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenSeconds,
  accessTokenType,
} from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { SignJWT } from 'jose'
import type { TokenPair } from './model.ts'
import { currentSigner } from './signing-keys.ts'

type Grant = { projectId: string; userId: string; sessionId: string; refreshToken: string }

/** A fresh access token beside the refresh token that it belongs with. */
export async function issueTokens(env: AuthEnv, grant: Grant): Promise<TokenPair> {
  const { kid, privateKey } = await currentSigner(env)
  const seconds = Math.floor(now() / 1000)
  // A player's rights follow from being a player: the scope is empty.
  const accessToken = await new SignJWT({ pid: grant.projectId, sid: grant.sessionId, scope: '' })
    .setProtectedHeader({ alg: accessTokenAlgorithm, typ: accessTokenType, kid })
    .setIssuer(accessTokenIssuer)
    .setAudience(accessTokenAudience)
    .setSubject(grant.userId)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + accessTokenSeconds)
    .setJti(crypto.randomUUID())
    .sign(privateKey)
  const { refreshToken } = grant
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds }
}
