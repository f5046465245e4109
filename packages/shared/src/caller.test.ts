import { expect, test } from 'vitest'
import { anonymousCaller, type Caller, readCaller } from './caller.ts'

const caller: Caller = {
  ...anonymousCaller('request-1', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
  kind: 'member',
  actorId: 'mem_1',
  projectId: 'prj_1',
  scopes: ['wallet:read'],
  plan: 'free',
  address: '192.0.2.1',
  sessionId: 'ses_1',
  member: { tenantId: 'ten_1', role: 'owner' },
}

test('what the gateway writes is read as it was, with and without what is optional', () => {
  const { address: _, sessionId: __, member: ___, ...least } = caller
  for (const each of [caller, least]) expect(readCaller(JSON.stringify(each))).toEqual(each)
})

test.each([
  ['an unknown kind', { kind: 'root' }],
  ['a kind that is not text', { kind: ['secret'] }],
  ['no project', { projectId: undefined }],
  ['an actor that is a number', { actorId: 1 }],
  ['no trace', { traceparent: null }],
  ['one scope instead of a list', { scopes: 'wallet:read' }],
  ['a scope that is not text', { scopes: [1] }],
  ['an address that is too long', { address: 'x'.repeat(46) }],
  ['an empty session', { sessionId: null }],
  ['a member without a tenant', { member: { role: 'owner' } }],
  ['a member with an unknown role', { member: { tenantId: 'ten_1', role: 'root' } }],
  ['a member that is nothing', { member: null }],
])('nobody is read from a header with %s', (_, wrong) => {
  expect(readCaller(JSON.stringify({ ...caller, ...wrong }))).toBeUndefined()
})

test.each([undefined, '', '{', 'null', '[]', '"secret"', '1'])(
  'nobody is read from %s',
  (header) => {
    expect(readCaller(header)).toBeUndefined()
  },
)
