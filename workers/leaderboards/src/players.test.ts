import { allPowerfulKey } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { existing } from './players.ts'

/** Knows everybody whose name has no x, and notes who is asked for. */
function neighbour() {
  const asked: string[] = []
  const answer = async (_: unknown, userIds: string[]) => {
    asked.push(...userIds)
    return userIds.filter((userId) => !userId.includes('x'))
  }
  return { asked, players: { existing: answer } as unknown as LeaderboardsEnv['PLAYERS'] }
}

test('asks once for who exists, again for who does not, and apart for each project', async () => {
  const { asked, players } = neighbour()
  const [one, other] = ['one', 'other'].map((projectId) => ({ ...allPowerfulKey(), projectId }))
  const ask = async (caller = one!) => [...(await existing(players, caller, ['a', 'x', 'a', 'b']))]
  for (const caller of [one, one, other]) expect(await ask(caller)).toEqual(['a', 'b'])
  expect(asked).toEqual(['a', 'x', 'b', 'x', 'a', 'x', 'b'])
})

test('a player who asks exists', async () => {
  const { asked, players } = neighbour()
  const caller = { ...allPowerfulKey(), kind: 'player' as const, actorId: 'x', projectId: 'own' }
  expect([...(await existing(players, caller, ['x']))]).toEqual(['x'])
  expect(asked).toEqual([])
})

test('somebody who is known is found when memory is full and somebody else is not known', async () => {
  const { players } = neighbour()
  const caller = { ...allPowerfulKey(), projectId: 'many' }
  const userIds = Array.from({ length: 20_000 }, (_, index) => `u${index}`)
  for (const [index, userId] of userIds.slice(1).entries()) {
    const pair = [userIds[index]!, userId]
    expect((await existing(players, caller, pair)).size).toBe(2)
  }
})
