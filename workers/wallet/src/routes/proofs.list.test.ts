import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { proofsCreate } from './proofs.create.ts'
import { proofsList } from './proofs.list.ts'

describe('proofs.list', () => {
  test('200 newest first, page after page', async () => {
    for (let count = 0; count < 3; count++) await call(proofsCreate)
    const first = await call(proofsList, { query: { limit: '2' } })
    const query = { limit: '2', cursor: first.body.nextCursor }
    const second = await call(proofsList, { query })
    const numbers = [first, second].map(({ body }) =>
      body.data.map(({ number }: { number: number }) => number),
    )
    expect(numbers).toEqual([[3, 2], [1]])
    expect(second.body.nextCursor).toBeNull()
  })

  test('nothing of another project, 401 without a credential, 403 for a player, 400 for a bad cursor', async () => {
    const foreign = await call(proofsList, { caller: { projectId: otherProject } })
    expect(foreign.body.data).toEqual([])
    expect(await call(proofsList, { caller: anonymous() })).toMatchObject({ status: 401 })
    expect(await call(proofsList, { caller: player('usr_1') })).toMatchObject({ status: 403 })
    expect(await call(proofsList, { query: { cursor: 'x' } })).toMatchObject({ status: 400 })
  })
})
