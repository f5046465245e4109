import { createRoute, z } from '@hono/zod-openapi'
import { anyone, secretKey } from '@coinop/shared/access'
import { json, type Route, routeFactory } from '@coinop/shared/route'
import { describe, expect, test } from 'vitest'
import { type Contract, documentOf, mergeContracts, readContracts } from './contracts.ts'
import { anchorOf, apiPage } from './gen-docs.ts'
import { differences } from './gen.ts'
import { upstreamsSource } from './gen-upstreams.ts'
import { repository } from './workers.ts'

const defineRoute = routeFactory()

function route(
  operationId: string,
  path: string,
  name = 'Thing',
  method: 'get' | 'post' = 'get',
): Route {
  const schema = z.strictObject({ id: z.string() }).openapi(name)
  return defineRoute({
    access: method === 'get' ? anyone : secretKey('shop:write'),
    ...(method === 'post' && { idempotency: 'required' as const }),
    route: createRoute({ operationId, method, path, responses: { 200: json(schema, 'It') } }),
    handler: (c) => c.json({ id: 'x' }, 200),
  }) as Route
}

const contract = (worker: string, ...routes: Route[]): Contract => ({
  worker,
  routes,
  document: documentOf(worker, '1.0.0', routes),
})

describe('a contract', () => {
  test('has the Idempotency-Key where a write takes one, and the header of a replay', () => {
    const { document } = contract('shop', route('things.create', '/v1/things', 'Thing', 'post'))
    const operation = document.paths['/v1/things']?.['post']
    expect(operation?.parameters).toMatchObject([{ name: 'Idempotency-Key', required: true }])
    expect(operation?.responses[200]?.headers).toHaveProperty('Idempotency-Replayed')
    expect(operation?.responses[500]?.headers).toBeUndefined()
    const security = [{ apiKey: [] }, { bearer: [] }]
    expect(operation).toMatchObject({ tags: ['shop'], security })
  })

  test('is the same whatever the order of the routes', () => {
    const [a, b] = [route('b.get', '/v1/b', 'B'), route('a.get', '/v1/a', 'A')]
    expect(JSON.stringify(documentOf('w', '1.0.0', [a, b]))).toBe(
      JSON.stringify(documentOf('w', '1.0.0', [b, a])),
    )
  })

  test('refuses an operation that is there twice', () => {
    expect(() => contract('w', route('a.get', '/v1/a'), route('a.get', '/v1/b'))).toThrow(
      'a.get is there twice',
    )
  })
})

describe('contracts merged', () => {
  test('have the operations of all, and one meaning for one name', () => {
    const merged = mergeContracts([
      contract('x', route('a.get', '/v1/a')),
      contract('y', route('b.get', '/v1/b')),
    ])
    expect(Object.keys(merged.paths)).toEqual(['/v1/a', '/v1/b'])
    expect(merged.tags?.map(({ name }) => name)).toEqual(['x', 'y'])
  })

  test('refuse one name with two meanings, one path with two Workers, one operation twice', () => {
    const first = contract('x', route('a.get', '/v1/a'))
    const other = contract('y', route('b.get', '/v1/b'))
    const renamed = structuredClone(other.document)
    Object.assign(renamed.components['schemas'] ?? {}, { Thing: { type: 'string' } })
    expect(() => mergeContracts([first, { ...other, document: renamed }])).toThrow(
      'schemas Thing, again in y',
    )
    const same = contract('y', route('b.get', '/v1/a'))
    expect(() => mergeContracts([first, same])).toThrow('get /v1/a, again in y')
    const twice = contract('y', route('a.get', '/v1/b'))
    expect(() => mergeContracts([first, twice])).toThrow('a.get is there twice')
  })
})

describe('upstreams', () => {
  const service = (name: string, more = 'props = { caller = "gateway" }') =>
    `[[services]]\nbinding = "${name.toUpperCase()}"\nservice = "coinop-${name}"\n${more}\n`

  test('are the first segment after /v1 and the binding of the Worker that answers it', () => {
    const contracts = [
      contract('shop', route('a.get', '/v1/items/{id}'), route('b.get', '/v1/dead-ends')),
    ]
    expect(upstreamsSource(contracts, service('shop'))).toContain(
      "  'dead-ends': 'SHOP',\n  items: 'SHOP',\n}",
    )
  })

  test('leave out what the gateway answers itself', () => {
    const own = [
      contract('gateway', route('health.get', '/healthz'), route('v.get', '/v1/version')),
    ]
    expect(upstreamsSource(own, '')).toContain('{\n} as const')
  })

  test('refuse a segment of two Workers, a Worker without a binding, and a path that nothing reaches', () => {
    const [a, b] = [
      contract('a', route('a.get', '/v1/x/a')),
      contract('b', route('b.get', '/v1/x/b')),
    ]
    expect(() => upstreamsSource([a, b], service('a') + service('b'))).toThrow(
      'claimed by two Workers: a and b',
    )
    expect(() => upstreamsSource([a], '')).toThrow('binds no service "coinop-a"')
    // An entrypoint is for another Worker's calls, not for requests; and without props the caller is not believed.
    expect(() => upstreamsSource([a], service('a', 'entrypoint = "A"'))).toThrow('binds no service')
    expect(() => upstreamsSource([a], service('a', ''))).toThrow('binds no service')
    expect(() => upstreamsSource([contract('a', route('a.get', '/x'))], service('a'))).toThrow(
      'does not begin with /v1/',
    )
  })
})

describe('what is generated', () => {
  test('every operation of every Worker is in the reference', async () => {
    const contracts = await readContracts(repository)
    const page = apiPage(contracts)
    for (const { route: each } of contracts.flatMap(({ routes }) => routes)) {
      expect(page).toContain(`### ${each.operationId}\n`)
    }
  })

  test('is compared byte by byte, and a file that nothing generates any more is named', () => {
    const files = new Map([
      ['package.json', 'another content'],
      ['contracts/new.json', '{}'],
    ])
    const { write, remove } = differences(files)
    expect(write).toEqual(['contracts/new.json', 'package.json'])
    expect(remove).toContain('contracts/openapi.json')
  })

  test('anchors are those that GitHub makes', () => {
    expect(anchorOf('dead-letters.list')).toBe('dead-letterslist')
    expect(anchorOf('currency_exists')).toBe('currency_exists')
    expect(anchorOf('What it does for you')).toBe('what-it-does-for-you')
  })
})
