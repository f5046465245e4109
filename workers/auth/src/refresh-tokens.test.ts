import { createHash } from 'node:crypto'
import { otherProject, testProject } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { firstToken, judge, locate, successorOf, type TokenState } from './refresh-tokens.ts'

const at = 1_800_000_000_000
const current: TokenState = {
  expiresAt: at + 1,
  usedAt: null,
  successorUnused: false,
  sessionExpiresAt: at + 1,
  sessionRevokedAt: null,
  userIsActive: true,
}

describe('judge', () => {
  test.each<[string, Partial<TokenState>, string]>([
    ['a current token', {}, 'rotate'],
    ['one that expires now', { expiresAt: at }, 'dead'],
    ['one whose session ends now', { sessionExpiresAt: at }, 'dead'],
    ['one whose session was ended', { sessionRevokedAt: at - 1 }, 'dead'],
    ['one of an inactive user', { userIsActive: false }, 'dead'],
    ['one used now', { usedAt: at, successorUnused: true }, 'repeat'],
    ['one used 10 s ago', { usedAt: at - 10_000, successorUnused: true }, 'repeat'],
    ['one used 10.001 s ago', { usedAt: at - 10_001, successorUnused: true }, 'reused'],
    ['one whose successor was used too', { usedAt: at, successorUnused: false }, 'reused'],
    ['an old one past its own time', { usedAt: at - 99_999, expiresAt: at }, 'reused'],
    ['an old one of a session that was ended', { usedAt: 1, sessionRevokedAt: 2 }, 'dead'],
    ['an old one of an inactive user', { usedAt: 1, userIsActive: false }, 'dead'],
  ])('%s', (_, change, verdict) => {
    expect(judge({ ...current, ...change }, at)).toBe(verdict)
  })
})

describe('tokens', () => {
  test('say their project and are found by their SHA-256', () => {
    const token = firstToken(testProject)
    const tokenHash = createHash('sha256').update(token).digest('hex')
    expect(locate(token)).toEqual({ projectId: testProject, tokenHash })
  })

  test('1,000 first ones differ', () => {
    const all = Array.from({ length: 1_000 }, () => firstToken(testProject))
    expect(new Set(all).size).toBe(1_000)
  })

  test('have one successor, which depends on the secret, the token and its project', () => {
    const token = firstToken(testProject)
    const successor = successorOf('secret', testProject, token)
    expect(successorOf('secret', testProject, token)).toBe(successor)
    expect(locate(successor)?.projectId).toBe(testProject)
    const others = [
      successorOf('other', testProject, token),
      successorOf('secret', testProject, firstToken(testProject)),
      successorOf('secret', testProject, firstToken(otherProject)),
    ]
    expect(new Set([successor, ...others]).size).toBe(4)
  })
})
