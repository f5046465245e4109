import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { refreshSession } from './sessions.ts'
import { insertSession, sessionsOf, tokensOf } from './testing.ts'

const parallel = 50
const rounds = 200

test('50 parallel uses of one refresh token, 200 times over, leave one live branch, and nobody is logged out', async () => {
  const { userId, refreshToken } = await insertSession()
  let current = refreshToken
  for (let round = 0; round < rounds; round++) {
    const presented = current
    const all = await Promise.all(
      Array.from({ length: parallel }, () => refreshSession(env, presented)),
    )
    const given = all.map((each) => (each.ok ? each.value.refreshToken : each.code))
    expect(new Set(given).size, `round ${round}`).toBe(1)
    current = given[0]!
    expect(current).toMatch(/^rt_/)
  }
  const family = await tokensOf(userId)
  expect(family).toHaveLength(rounds + 1)
  expect(family.filter(({ usedAt }) => usedAt === null)).toHaveLength(1)
  expect(await sessionsOf(userId)).toMatchObject([{ revokedAt: null }])
  expect(await refreshSession(env, current)).toMatchObject({ ok: true })
}, 600_000)

test('a token two generations old ends the family, also while its successors are used in parallel', async () => {
  const { userId, refreshToken } = await insertSession()
  const next = async (token: string) => {
    const refreshed = await refreshSession(env, token)
    return refreshed.ok ? refreshed.value.refreshToken : refreshed.code
  }
  const second = await next(refreshToken)
  const third = await next(second)
  const uses = Array.from({ length: parallel }, (_, index) =>
    next(index % 2 ? third : refreshToken),
  )
  const given = await Promise.all(uses)
  const old = given.filter((_, index) => index % 2 === 0)
  expect(old.some((each) => each.startsWith('rt_'))).toBe(false)
  expect((await sessionsOf(userId))[0]?.revokedAt).not.toBeNull()
  const afterwards = new Set([refreshToken, second, third, ...given])
  for (const token of afterwards) expect(await next(token)).toBe('invalid_refresh_token')
})
