import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { isListed, originsOf } from '../origins.ts'
import { projects } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { projectsMax } from '../tenant-model.ts'
import { projectsCreate } from './projects.create.ts'

const json = { name: 'Space Miner', environment: 'live' }

describe('projects.create', () => {
  test('201 a live project on the free plan, in the audit log', async () => {
    const { tenantId, as } = await newTenant()
    const { status, body } = await call(projectsCreate, { json, caller: as('developer') })
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...json, plan: 'free' })
    expect(await auditOf(tenantId)).toMatchObject([
      { action: 'projects.create', subject: body.id, projectId: body.id },
    ])
  })

  test('201 with the origins of its pages, each once', async () => {
    const { owner } = await newTenant()
    const allowedOrigins = ['https://play.example.com', 'https://xn--bcher-kva.example:8443']
    const twice = [...allowedOrigins, allowedOrigins[0]]
    const input = { json: { ...json, allowedOrigins: twice }, caller: owner }
    const { status, body } = await call(projectsCreate, input)
    expect([status, body.allowedOrigins]).toEqual([201, allowedOrigins])
    expect(await originsOf(env.AUTH_DB, body.id)).toEqual(allowedOrigins)
    expect(await isListed(env.AUTH_DB, allowedOrigins[1]!)).toBe(true)
  })

  test.each([
    '*',
    'null',
    'https://*.example.com',
    'https://play.example.com/',
    'https://play.example.com/game',
    'https://play.example.com:443',
    'https://Play.example.com',
    'https://bücher.example',
    'https://user@play.example.com',
    'https://play.example.com?x',
    'http://play.example.com',
    'http://localhost.example.com',
    'http://localhost:99999',
    'ftp://play.example.com',
    'play.example.com',
    '',
  ])(
    '400 invalid_request for the origin %j, which no browser sends or which is not safe',
    async (origin) => {
      const { owner } = await newTenant()
      const wrong = { ...json, environment: 'test', allowedOrigins: ['https://a.example', origin] }
      const answer = await call(projectsCreate, { json: wrong, caller: owner })
      expect(answer).toMatchObject(refused(400, 'invalid_request'))
      expect(answer.body.errors[0].pointer).toBe('/body/allowedOrigins/1')
    },
  )

  test('http://localhost is for test projects only; 400 invalid_request for a 21st origin', async () => {
    const { owner } = await newTenant()
    const create = (environment: string, allowedOrigins: string[]) =>
      call(projectsCreate, { json: { ...json, environment, allowedOrigins }, caller: owner })
    expect(await create('test', ['http://localhost:5173'])).toMatchObject({ status: 201 })
    const live = await create('live', ['https://a.example', 'http://localhost:5173'])
    expect(live).toMatchObject(refused(400, 'invalid_request'))
    expect(live.body.errors[0].pointer).toBe('/body/allowedOrigins/1')
    const many = Array.from({ length: 21 }, (_, number) => `https://p${number}.example`)
    expect(await create('live', many)).toMatchObject(refused(400, 'invalid_request'))
    expect(await create('live', many.slice(1))).toMatchObject({ status: 201 })
  })

  test('201 the same project when the key is repeated; 409 idempotency_conflict for another', async () => {
    const { owner } = await newTenant()
    const headers = { 'idempotency-key': 'project' }
    const first = await call(projectsCreate, { json, headers, caller: owner })
    const second = await call(projectsCreate, { json, headers, caller: owner })
    expect(second.body).toEqual(first.body)
    const other = await call(projectsCreate, {
      json: { ...json, name: 'Other' },
      headers,
      caller: owner,
    })
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('409 limit_reached for all that would be too many, however many ask at once', async () => {
    const { tenantId, owner } = await newTenant()
    const row = { tenantId, name: 'x', environment: 'test' as const, plan: 'free' }
    const rows = Array.from({ length: projectsMax - 3 }, () =>
      database.insert(projects).values({ ...row, id: newId('prj'), createdAt: now() }),
    )
    await database.batch([rows[0]!, ...rows.slice(1)])
    const all = await Promise.all(
      Array.from({ length: 5 }, () => call(projectsCreate, { json, caller: owner })),
    )
    expect(all.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(all.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(3)
  })

  test.each([{ name: '' }, { environment: 'staging' }, { plan: 'scale' }])(
    '400 invalid_request for %j',
    async (wrong) => {
      const { owner } = await newTenant()
      const answer = await call(projectsCreate, { json: { ...json, ...wrong }, caller: owner })
      expect(answer).toMatchObject(refused(400, 'invalid_request'))
    },
  )

  testGuards(projectsCreate, { json }, ['viewer'])
})
