import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

const from = (address: string) => new Headers({ 'cf-connecting-ip': address })

test('what Cloudflare saw, and nothing without it', () => {
  expect(clientAddress('production', from('203.0.113.9'))).toBe('203.0.113.9')
  expect(clientAddress('production', new Headers())).toBeUndefined()
  expect(clientAddress('production', from('9'.repeat(46)))).toBeUndefined()
  const other = new Headers({ 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9' })
  expect(clientAddress('production', other)).toBeUndefined()
})

test('nothing in a local installation, where any client can write the header', () => {
  expect(clientAddress('local', from('203.0.113.9'))).toBeUndefined()
})
