/** Makes access tokens; `@coinop/shared/access-token` verifies them. */
import {
  accessTokenAlgorithm,
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenSeconds,
  accessTokenType,
  memberTokenAudience,
} from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { SignJWT } from 'jose'
import { memberIdOf, type TokenPair } from './model.ts'
import { isTenantId } from './refresh-tokens.ts'
import { currentSigner } from './signing-keys.ts'

type Grant = { projectId: string; userId: string; sessionId: string; refreshToken: string }

/** A fresh access token beside the refresh token that it belongs with. */
export async function issueTokens(env: AuthEnv, grant: Grant): Promise<TokenPair> {
  const { kid, privateKey } = await currentSigner(env)
  const seconds = Math.floor(now() / 1000)
  const { audience, subject, claims } = contentOf(grant)
  const accessToken = await new SignJWT({ ...claims, sid: grant.sessionId })
    .setProtectedHeader({ alg: accessTokenAlgorithm, typ: accessTokenType, kid })
    .setIssuer(accessTokenIssuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + accessTokenSeconds)
    .setJti(crypto.randomUUID())
    .sign(privateKey)
  const { refreshToken } = grant
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds }
}

/** A session under a tenant's id is a member's, and its tokens are for another audience than a player's. */
function contentOf({ projectId, userId }: Grant) {
  if (isTenantId(projectId)) {
    const claims = { tid: projectId }
    return { audience: memberTokenAudience, subject: memberIdOf(userId), claims }
  }
  // A player's rights follow from being a player: the scope is empty.
  const claims = { pid: projectId, scope: '' }
  return { audience: accessTokenAudience, subject: userId, claims }
}
