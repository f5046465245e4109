import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { redirectUrisMax } from '../redirect-uri.ts'
import { isListed, originsOf } from '../origins.ts'
import { refused } from '../testing.ts'
import { auditOf, insertProject, newTenant, testGuards } from '../testing-tenants.ts'
import { projectsUpdate } from './projects.update.ts'

describe('projects.update', () => {
  test('200 the new name', async () => {
    const { tenantId, projectId, owner } = await newTenant()
    const input = { params: { projectId }, json: { name: 'Moon Miner' }, caller: owner }
    expect(await call(projectsUpdate, input)).toMatchObject({
      status: 200,
      body: { id: projectId, name: 'Moon Miner' },
    })
    expect(await auditOf(tenantId)).toMatchObject([{ action: 'projects.update' }])
  })

  test('200 the addresses that Discord may send players back to, and the name stays', async () => {
    const { projectId, owner } = await newTenant()
    const redirectUris = ['https://game.example/back', 'com.example.game:/back']
    const update = (json: object) =>
      call(projectsUpdate, { params: { projectId }, json, caller: owner })
    expect((await update({ redirectUris })).body).toMatchObject({
      name: 'Space Miner',
      redirectUris,
    })
    expect((await update({ name: 'Moon Miner' })).body).toMatchObject({ redirectUris })
    expect((await update({ redirectUris: [] })).body).toMatchObject({ redirectUris: [] })
  })

  test.each([
    {},
    { redirectUris: ['http://game.example/back'] },
    { redirectUris: ['javascript:alert(1)'] },
    { redirectUris: ['https://user@game.example/back'] },
    { redirectUris: ['https://game.example/back#token'] },
    { redirectUris: ['https://game.example/a b'] },
    { redirectUris: [`https://game.example/${'x'.repeat(512)}`] },
    {
      redirectUris: Array.from({ length: redirectUrisMax + 1 }, (_, i) => `https://x.example/${i}`),
    },
  ])('400 invalid_request for %j', async (json) => {
    const { projectId, owner } = await newTenant()
    const answer = await call(projectsUpdate, { params: { projectId }, json, caller: owner })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
  })

  test('200 other origins in place of the old ones, and a new name leaves them', async () => {
    const { projectId, owner } = await newTenant()
    const update = (json: object) =>
      call(projectsUpdate, { params: { projectId }, json, caller: owner })
    await update({ allowedOrigins: ['https://old.example', 'https://kept.example'] })
    const allowedOrigins = ['https://kept.example', 'http://localhost:3000']
    expect(await update({ allowedOrigins })).toMatchObject({
      status: 200,
      body: { allowedOrigins },
    })
    expect(await update({ name: 'Moon' })).toMatchObject({ body: { name: 'Moon', allowedOrigins } })
    const listed = ['https://old.example', ...allowedOrigins].map((origin) =>
      isListed(env.AUTH_DB, origin),
    )
    expect(await Promise.all(listed)).toEqual([false, true, true])
    expect(await update({ allowedOrigins: [] })).toMatchObject({ body: { allowedOrigins: [] } })
    expect(await isListed(env.AUTH_DB, 'https://kept.example')).toBe(false)
  })

  test('200 leaves the origin of another project listed', async () => {
    const [first, second] = [await newTenant(), await newTenant()]
    const origin = 'https://shared.example'
    for (const { projectId, owner } of [first, second]) {
      const json = { allowedOrigins: [origin] }
      await call(projectsUpdate, { params: { projectId }, json, caller: owner })
    }
    const json = { allowedOrigins: [] }
    await call(projectsUpdate, {
      params: { projectId: first.projectId },
      json,
      caller: first.owner,
    })
    expect(await isListed(env.AUTH_DB, origin)).toBe(true)
    expect(await originsOf(env.AUTH_DB, second.projectId)).toEqual([origin])
  })

  test('400 invalid_request for http in a live project, and for a change of nothing', async () => {
    const { tenantId, owner } = await newTenant()
    const projectId = await insertProject(tenantId, 'live')
    for (const json of [{ allowedOrigins: ['http://localhost:3000'] }, {}]) {
      const answer = await call(projectsUpdate, { params: { projectId }, json, caller: owner })
      expect(answer).toMatchObject(refused(400, 'invalid_request'))
    }
  })

  test("404 not_found for another tenant's project", async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const input = { params: { projectId }, json: { name: 'x' }, caller: owner }
    expect(await call(projectsUpdate, input)).toMatchObject(refused(404, 'not_found'))
  })

  test('409 idempotency_conflict when the key comes with another name; 400 invalid_request for an environment', async () => {
    const { projectId, owner } = await newTenant()
    const update = (json: object) =>
      call(projectsUpdate, {
        params: { projectId },
        json,
        caller: owner,
        headers: { 'idempotency-key': 'rename' },
      })
    await update({ name: 'a' })
    expect(await update({ name: 'b' })).toMatchObject(refused(409, 'idempotency_conflict'))
    expect(await update({ name: 'a', environment: 'live' })).toMatchObject(
      refused(400, 'invalid_request'),
    )
  })

  const input = { params: { projectId: newId('prj') }, json: { name: 'x' } }
  testGuards(projectsUpdate, input, ['viewer'])
})
