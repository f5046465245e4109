/** Access tokens: ten-minute proofs of who a player is, signed by `auth`, verified by the gateway without asking anybody. */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { z } from 'zod'
import { now } from './clock.ts'
import { idPattern } from './ids.ts'
import { fail, ok, type Result } from './result.ts'

export const accessTokenIssuer = 'coinop'
export const accessTokenAudience = 'coinop-api'
/** A member's token is for another audience: neither is ever taken for the other. */
export const memberTokenAudience = 'coinop-members'
export const accessTokenAlgorithm = 'EdDSA' as const
/** RFC 9068: no other kind of JWT is ever taken for an access token. */
export const accessTokenType = 'at+jwt'
export const accessTokenSeconds = 600

/** How far two clocks may differ. */
export const skewSeconds = 30

/** Three parts; the last one is 64 bytes in the only spelling that base64url has for them, so no copy differs from it. */
const pattern = /^[\w-]{1,512}\.[\w-]{1,2048}\.[\w-]{85}[AQgw]$/

const Claims = z.object({
  sub: z.string().regex(idPattern('usr')),
  pid: z.string().regex(idPattern('prj')),
  sid: z.string().regex(idPattern('ses')),
  scope: z.string(),
  exp: z.int(),
  jti: z.string().min(1),
})

const MemberClaims = z.object({
  sub: z.string().regex(idPattern('mem')),
  tid: z.string().regex(idPattern('ten')),
  sid: z.string().regex(idPattern('ses')),
  exp: z.int(),
  jti: z.string().min(1),
})

export type MemberClaims = { memberId: string; tenantId: string; sessionId: string }
export type AccessClaims = {
  userId: string
  projectId: string
  sessionId: string
  scopes: string[]
  /** Milliseconds since the epoch. */
  expiresAt: number
}
/** `unknown_key`: signed with a key that `jwks` lacks; newer ones may have it. */
export type AccessTokenRefusal = 'invalid_token' | 'token_expired' | 'unknown_key'

/** What a token says, when it is ours and valid now. Never throws, whatever `token` is. Keep `jwks` to reuse its keys. */
export async function verifyAccessToken(
  token: string,
  jwks: JSONWebKeySet,
): Promise<Result<AccessClaims, AccessTokenRefusal>> {
  return verified(token, jwks, accessTokenAudience, (payload) => {
    const { sub, pid, sid, scope, exp } = Claims.parse(payload)
    return {
      userId: sub,
      projectId: pid,
      sessionId: sid,
      scopes: scope.split(' ').filter(Boolean),
      expiresAt: exp * 1000,
    }
  })
}

/** The same for the token of a tenant's member. What the member may do is not in it: roles change at once. */
export const verifyMemberToken = (
  token: string,
  jwks: JSONWebKeySet,
): Promise<Result<MemberClaims, AccessTokenRefusal>> =>
  verified(token, jwks, memberTokenAudience, (payload) => {
    const { sub, tid, sid } = MemberClaims.parse(payload)
    return { memberId: sub, tenantId: tid, sessionId: sid }
  })

async function verified<T>(
  token: string,
  jwks: JSONWebKeySet,
  audience: string,
  read: (payload: JWTPayload) => T,
): Promise<Result<T, AccessTokenRefusal>> {
  if (!pattern.test(token)) return fail('invalid_token')
  try {
    const { payload } = await jwtVerify(token, keyFinder(jwks), {
      algorithms: [accessTokenAlgorithm],
      issuer: accessTokenIssuer,
      audience,
      typ: accessTokenType,
      clockTolerance: skewSeconds,
      maxTokenAge: accessTokenSeconds,
      requiredClaims: ['exp', 'nbf'],
      currentDate: new Date(now()),
    })
    return ok(read(payload))
  } catch (error) {
    return fail(refusalOf(error))
  }
}

function refusalOf(error: unknown): AccessTokenRefusal {
  if (error instanceof errors.JWTExpired) return 'token_expired'
  return error instanceof errors.JWKSNoMatchingKey ? 'unknown_key' : 'invalid_token'
}

const finders = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>()

/** Remembered per key set, because importing a key costs more than checking a signature. */
function keyFinder(jwks: JSONWebKeySet): JWTVerifyGetKey {
  const known = finders.get(jwks)
  if (known) return known
  const local = createLocalJWKSet(jwks)
  const finder: JWTVerifyGetKey = async (header, token) => {
    if (typeof header.kid !== 'string') throw new errors.JWTInvalid('No kid.')
    return local(header, token)
  }
  finders.set(jwks, finder)
  return finder
}
