import { describe, expect, test } from 'vitest'
import { fetchGateway, newKey, newProject, problemOf } from '../test-project.ts'
import { credentialsGet } from './credentials.get.ts'

const { path } = credentialsGet.route

describe('credentials.get', () => {
  test('200 with what the key is, and never the key', async () => {
    const projectId = await newProject()
    const key = await newKey(projectId, 'secret', ['wallet:read'])
    const response = await fetchGateway(path, { headers: { 'x-api-key': key } })
    const text = await response.text()
    expect(JSON.parse(text)).toEqual({
      kind: 'secret',
      id: expect.stringMatching(/^key_/),
      projectId,
      scopes: ['wallet:read'],
      plan: 'free',
    })
    expect(text).not.toContain(key.slice(-20))
    expect(response.headers.get('ratelimit')).toContain('"key";r=')
  })

  test('200 for a publishable key', async () => {
    const headers = { 'x-api-key': await newKey(await newProject(), 'publishable', []) }
    const response = await fetchGateway(path, { headers })
    expect(await response.json()).toMatchObject({ kind: 'publishable', scopes: [] })
  })

  test('401 unauthenticated without a credential, and with a wrong one', async () => {
    const wrong = { 'x-api-key': 'coinop_test_wrong' }
    for (const headers of [{}, wrong]) {
      expect(await problemOf(path, { headers: headers as never })).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      })
    }
  })
})
