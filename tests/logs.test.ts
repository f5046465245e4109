import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { ask, demo, stateFolder } from './door.ts'

type Line = Record<string, string | number>
const readLines = () => readFileSync(join(stateFolder, 'coinop.log'), 'utf8').trim().split('\n')
const linesOf = (requestId: string): Line[] =>
  readLines()
    .filter((line) => line.includes(requestId))
    .map((line) => JSON.parse(line) as Line)

describe('logs', () => {
  test('one JSON line per request per Worker, with one request id and one trace id', async () => {
    const [requestId, traceId] = ['log-test-request', '4bf92f3577b34da6a3ce929d0e0e4736']
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
    const email = 'log-test@example.com'
    const answer = await ask('POST', '/v1/signup', {
      key: demo.publishableKey,
      json: { email, password: 'a password to look for' },
      headers: { 'x-request-id': requestId, traceparent },
    })
    expect(answer.status).toBe(201)
    await vi.waitFor(() => {
      const workers = linesOf(requestId).map(({ worker }) => worker)
      expect(workers).toEqual(expect.arrayContaining(['gateway', 'auth', 'password']))
    }, 5_000)
    // The gateway may have had to ask `billing` for a block of operations, which is a line too.
    const lines = linesOf(requestId).filter(({ worker }) => worker !== 'billing')
    expect(new Set(lines.map(({ worker }) => worker))).toEqual(
      new Set(['gateway', 'auth', 'password']),
    )
    for (const line of lines) {
      expect(Object.keys(line).toSorted()).toEqual([
        'actor',
        'durationMs',
        'level',
        'operation',
        'project',
        'requestId',
        'status',
        'time',
        'traceId',
        'worker',
      ])
      expect(line).toMatchObject({ level: 'info', project: demo.projectId, traceId })
    }
    const gateway = lines.find(({ worker }) => worker === 'gateway')
    expect(gateway).toMatchObject({ operation: 'users.signup', status: 201 })
  })

  test('no credential is in any line', async () => {
    const password = 'canary-password-7f3a'
    const json = { email: 'canary@example.com', password }
    const { body } = await ask('POST', '/v1/signup', { key: demo.publishableKey, json })
    await ask('POST', '/v1/login', { key: demo.publishableKey, json })
    await ask('POST', '/v1/refresh', { json: { refreshToken: body.refreshToken } })
    await ask('GET', '/v1/me', { token: body.accessToken })
    await ask('GET', '/v1/events', { key: demo.secretKey })
    await ask('GET', '/v1/nothing', { key: demo.secretKey })
    await vi.waitFor(() => expect(readLines().join()).toContain('users.me'), 5_000)
    const log = readLines().join('\n')
    const secrets = [
      password,
      body.refreshToken,
      body.accessToken,
      demo.secretKey,
      demo.publishableKey,
    ]
    for (const secret of secrets) expect(log.includes(secret as string)).toBe(false)
  })
})
