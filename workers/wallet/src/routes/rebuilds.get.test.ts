import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { sweepRebuilds } from '../rebuild.ts'
import { bindings } from '../test-money.ts'
import { rebuildsCreate } from './rebuilds.create.ts'
import { rebuildsGet } from './rebuilds.get.ts'

const get = (number: string, caller = {}) => call(rebuildsGet, { params: { number }, caller })

test('200 running, then finished with both digests; 404 not_found, 400, 401, 403', async () => {
  await call(rebuildsCreate)
  expect((await get('1')).body).toMatchObject({ status: 'running', phase: 'digest_before' })
  await sweepRebuilds(bindings)
  const { status, body } = await get('1')
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'finished', phase: 'done', wallets: 0 })
  expect(body.digestAfter).toMatch(/^[0-9a-f]{64}$/)
  expect(body.digestAfter).toBe(body.digestBefore)
  expect(await get('2')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await get('1', { projectId: otherProject })).toMatchObject({ status: 404 })
  expect(await get('x')).toMatchObject({ status: 400 })
  expect(await get('1', anonymous())).toMatchObject({ status: 401 })
  expect(await get('1', player('usr_1'))).toMatchObject({ status: 403 })
})
