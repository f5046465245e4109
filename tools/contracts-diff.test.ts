import { describe, expect, test } from 'vitest'
import { compareContracts } from './contracts-compare.ts'
import { announcesBreaking } from './contracts-diff.ts'
import type { OpenApi, Operation, Schema } from './contracts.ts'

const closed = (properties: { [name: string]: Schema }, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const json = (schema: Schema) => ({ content: { 'application/json': { schema } } })
const text: Schema = { type: 'string' }

const operation = (change: Partial<Operation> = {}): Operation => ({
  operationId: 'things.create',
  parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
  requestBody: { required: true, ...json(closed({ name: text, size: text }, ['name'])) },
  responses: {
    200: { description: '', ...json(closed({ id: text, note: text }, ['id'])) },
    404: { description: 'not_found' },
  },
  'x-coinop-access': { kinds: ['player', 'secret'], scope: 'shop:read' },
  'x-coinop-idempotency': 'optional',
  ...change,
})

const documentOf = (
  post: Operation | undefined,
  schemas: { [name: string]: Schema } = {},
): OpenApi => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1.0.0' },
  components: { schemas },
  paths: post ? { '/v1/things/{id}': { post } } : {},
})

/** What is said of the change from one operation to another, without the address. */
function saidOf(before: Operation | undefined, after: Operation | undefined) {
  const changes = compareContracts(documentOf(before), documentOf(after))
  return changes.map(({ breaking, where, what }) =>
    `${breaking ? 'BREAKS' : 'fine'} ${where.replace('POST /v1/things/{}', '')} ${what}`.replaceAll(
      '  ',
      ' ',
    ),
  )
}

const body = (schema: Schema) => operation({ requestBody: { required: true, ...json(schema) } })
const answer = (schema: Schema) =>
  operation({ responses: { 200: { description: '', ...json(schema) }, 404: { description: '' } } })

test('the same contract has no changes', () => {
  expect(saidOf(operation(), operation())).toEqual([])
})

describe('operations', () => {
  test('a new one is fine, a removed one and a renamed one break', () => {
    expect(saidOf(undefined, operation())).toEqual(['fine is new'])
    expect(saidOf(operation(), undefined)).toEqual(['BREAKS is gone'])
    const renamed = operation({ operationId: 'things.make' })
    expect(saidOf(operation(), renamed)).toEqual([
      'BREAKS is called things.make, was things.create',
    ])
  })

  test('another name for a path parameter is no change', () => {
    const after = documentOf(undefined)
    after.paths['/v1/things/{thingId}'] = {
      post: operation({
        parameters: [{ name: 'thingId', in: 'path', required: true, schema: text }],
      }),
    }
    expect(compareContracts(documentOf(operation()), after)).toEqual([])
  })

  test('fewer callers or another scope break, more callers are fine', () => {
    const access = (
      kinds: Operation['x-coinop-access']['kinds'],
      scope: 'shop:read' | 'shop:write',
    ) => operation({ 'x-coinop-access': { kinds, scope } })
    expect(saidOf(operation(), access(['secret'], 'shop:read'))).toEqual([
      'BREAKS is closed to player',
    ])
    const more = access(['player', 'secret', 'publishable'], 'shop:read')
    expect(saidOf(operation(), more)).toEqual(['fine is open to publishable'])
    const scope = access(['player', 'secret'], 'shop:write')
    expect(saidOf(operation(), scope)).toEqual(['BREAKS takes the scope shop:write'])
  })

  test('a success more or less breaks, a refusal more or less does not', () => {
    const responses = { 201: operation().responses[200] ?? {}, 409: { description: '' } }
    expect(saidOf(operation(), operation({ responses })).toSorted()).toEqual([
      'BREAKS 200 is gone',
      'BREAKS 201 is new',
      'fine 404 is gone',
      'fine 409 is new',
    ])
  })

  test('a header that an answer had breaks when it goes', () => {
    const headers = { 'Idempotency-Replayed': {} }
    const responses = { ...operation().responses, 404: { description: '', headers } }
    expect(saidOf(operation({ responses }), operation())).toEqual([
      'BREAKS 404 Idempotency-Replayed is gone',
    ])
  })
})

describe('parameters', () => {
  const key = (required: boolean) => ({
    name: 'Idempotency-Key',
    in: 'header',
    required,
    schema: text,
  })
  const withParameters = (...more: object[]) =>
    operation({ parameters: [...(operation().parameters ?? []), ...(more as never[])] })

  test('a new one breaks when it is required, and so does one that becomes required', () => {
    expect(saidOf(operation(), withParameters(key(true)))).toEqual([
      'BREAKS header idempotency-key is new and required',
    ])
    expect(saidOf(operation(), withParameters(key(false)))).toEqual([
      'fine header idempotency-key is new',
    ])
    expect(saidOf(withParameters(key(false)), withParameters(key(true)))).toEqual([
      'BREAKS header idempotency-key is now required',
    ])
  })

  test('a removed one breaks in the query, which is closed, and not among the headers', () => {
    const query = { name: 'limit', in: 'query', schema: { type: 'integer' } }
    expect(saidOf(withParameters(query), operation())).toEqual(['BREAKS query limit is gone'])
    expect(saidOf(withParameters(key(true)), operation())).toEqual([
      'fine header idempotency-key is gone',
    ])
  })
})

describe('requests', () => {
  const before = closed({ name: text, size: text }, ['name'])
  test.each<[string, Schema, string[]]>([
    [
      'a new optional field',
      closed({ name: text, size: text, tag: text }, ['name']),
      ['fine body.tag is new'],
    ],
    [
      'a new required field',
      closed({ name: text, size: text, tag: text }, ['name', 'tag']),
      ['BREAKS body.tag is new and required'],
    ],
    [
      'a field that becomes required',
      closed({ name: text, size: text }, ['name', 'size']),
      ['BREAKS body.size is now required'],
    ],
    [
      'a field that becomes optional',
      closed({ name: text, size: text }),
      ['fine body.name is now optional'],
    ],
    ['a removed field', closed({ name: text }, ['name']), ['BREAKS body.size is gone']],
    [
      'another type',
      closed({ name: text, size: { type: 'integer' } }, ['name']),
      ['BREAKS body.size no longer takes string'],
    ],
    ['a type more', closed({ name: text, size: { type: ['string', 'null'] } }, ['name']), []],
    [
      'a shorter limit',
      closed({ name: { ...text, maxLength: 5 }, size: text }, ['name']),
      ['BREAKS body.name maxLength is now 5, was open'],
    ],
    [
      'an enum where there was none',
      closed({ name: text, size: { enum: ['s'], type: 'string' } }, ['name']),
      ['BREAKS body.size no longer takes the value of any kind'],
    ],
  ])('%s', (_, after, said) => {
    expect(saidOf(body(before), body(after))).toEqual(said)
  })

  test('a value less in an enum breaks, a value more is fine', () => {
    const sizes = (...values: string[]) => body(closed({ size: { type: 'string', enum: values } }))
    expect(saidOf(sizes('s', 'l'), sizes('s'))).toEqual([
      'BREAKS body.size no longer takes the value l',
    ])
    expect(saidOf(sizes('s'), sizes('s', 'l'))).toEqual(['fine body.size takes the value l'])
  })
})

describe('responses', () => {
  const before = closed({ id: text, note: text }, ['id', 'note'])
  test.each<[string, Schema, string[]]>([
    [
      'a new field',
      closed({ id: text, note: text, at: text }, ['id', 'note', 'at']),
      ['fine 200.at is new'],
    ],
    ['a removed field', closed({ id: text }, ['id']), ['BREAKS 200.note is gone']],
    [
      'a field that becomes optional',
      closed({ id: text, note: text }, ['id']),
      ['BREAKS 200.note is now optional'],
    ],
    [
      'a field that may be null',
      closed({ id: text, note: { type: ['string', 'null'] } }, ['id', 'note']),
      ['BREAKS 200.note may now be null'],
    ],
  ])('%s', (_, after, said) => {
    expect(saidOf(answer(before), answer(after))).toEqual(said)
  })

  test('a value more in an enum breaks, a value less is fine', () => {
    const states = (...values: string[]) =>
      answer(closed({ state: { type: 'string', enum: values } }))
    expect(saidOf(states('paid'), states('paid', 'open'))).toEqual([
      'BREAKS 200.state may now have the value open',
    ])
    expect(saidOf(states('paid', 'open'), states('paid'))).toEqual([])
  })

  test('a form more of a union breaks, also behind references and inside lists', () => {
    const [a, b] = [closed({ a: text }, ['a']), closed({ b: text }, ['b'])]
    const page = answer({ type: 'array', items: { $ref: '#/components/schemas/Thing' } })
    const [old, young] = [
      documentOf(page, { Thing: a }),
      documentOf(page, { Thing: { anyOf: [a, b] } }),
    ]
    expect(compareContracts(old, young)).toMatchObject([
      { breaking: true, where: 'POST /v1/things/{} 200[]' },
    ])
    expect(compareContracts(young, old)).toEqual([])
  })

  test('a schema that refers to itself is compared once', () => {
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
    }
    const document = documentOf(answer({ $ref: '#/components/schemas/Tree' }), { Tree: tree })
    expect(compareContracts(document, structuredClone(document))).toEqual([])
  })
})

describe('the changelog', () => {
  test.each([
    ['## [Unreleased]\n\n- Breaking: amounts are strings.\n\n## [0.1.0]\n', true],
    ['## [Unreleased]\n\n- More.\n\n## [0.1.0]\n\n- Breaking: old news.\n', false],
    ['## Unreleased\n### Changed\n- Breaking: at the end of the file', true],
    ['# Changelog\n', false],
  ])('%j announces a breaking change: %s', (changelog, announced) => {
    expect(announcesBreaking(changelog)).toBe(announced)
  })
})
