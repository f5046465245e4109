import { exports } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { version } from '@coinop/shared/version'
import { gatewayBinding } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import type { PasswordHashing } from './rpc.ts'

const { PasswordHashing: hashing } = exports as unknown as {
  PasswordHashing: Service<typeof PasswordHashing>
}
const caller = systemCaller('')
const password = 'correct horse battery staple'

describe('PasswordHashing', () => {
  test('verifies the password that was hashed, and no other', async () => {
    const phc = await hashing.hash(caller, password)
    expect(await hashing.verify(caller, password, phc)).toEqual({ matches: true, rehash: false })
    expect(await hashing.verify(caller, `${password} `, phc)).toEqual({
      matches: false,
      rehash: false,
    })
    expect(await hashing.verify(caller, '', phc)).toEqual({ matches: false, rehash: false })
  })

  test('fails loudly, and without the password, when the stored hash is not one of ours', async () => {
    const verifying = Promise.resolve(hashing.verify(caller, password, '$2b$12$abc'))
    const reason = await verifying.then(
      () => 'no failure',
      (error: Error) => error.message,
    )
    expect(reason).toContain('A stored password hash is malformed')
    expect(reason).not.toContain(password)
  })

  test('knows the passwords that everybody tries first', async () => {
    expect(await hashing.isCommon(caller, 'Password1')).toBe(true)
    expect(await hashing.isCommon(caller, password)).toBe(false)
  })

  test('the Worker is well', async () => {
    const answer = await gatewayBinding().fetch('http://worker/healthz')
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', version }])
  })

  test('has no other address', async () => {
    expect((await gatewayBinding().fetch('http://worker/v1/hash')).status).toBe(404)
  })
})
