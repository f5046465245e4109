import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { LeaderboardsManagement } from './rpc-management.ts'
import { bindings, makeBoard, newProject, seasonsOf, withScores } from './test-leaderboards.ts'

const { LeaderboardsManagement: management } = exports as unknown as {
  LeaderboardsManagement: Service<typeof LeaderboardsManagement>
}
const key = () => crypto.randomUUID()
const copies = <T>(perform: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, perform))
const actionsOn = async (subject: string) => {
  const select = 'SELECT action FROM audit_entries WHERE subject = ? ORDER BY sequence'
  const { results } = await bindings.AUTH_DB.prepare(select).bind(subject).all()
  return results.map(({ action }) => action)
}

describe('LeaderboardsManagement', () => {
  test('makes a board once for ten copies, within the plan, and notes it', async () => {
    const caller = await newProject()
    const order = { board: { slug: 'wins', name: 'Wins' }, key: key() }
    const made = await copies(async () => management.create(caller, order))
    const [first] = made
    if (!first?.ok) throw new Error('no board')
    expect(first.value).toMatchObject({ slug: 'wins', operator: 'best', version: 1 })
    for (const each of made) expect(each).toEqual(first)
    await expect.poll(() => actionsOn(first.value.id)).toEqual(['leaderboards.create'])
    const again = { ...order, key: key() }
    expect(await management.create(caller, again)).toEqual({ ok: false, code: 'slug_taken' })
    let refused: string | undefined
    for (let count = 0; count < 200 && refused === undefined; count++) {
      const more = { board: { slug: `wins-${count}`, name: 'More' }, key: key() }
      const answer = await management.create(caller, more)
      if (!answer.ok) refused = answer.code
    }
    expect(refused).toBe('plan_limit')
  })

  test('changes the version that was seen, and no newer one; other keys stay behind the first', async () => {
    const keys = [
      { name: 'score', sort: 'desc' },
      { name: 'time', sort: 'asc' },
    ]
    const { id: boardId, caller } = await makeBoard({ keys })
    const change = {
      boardId,
      version: 1,
      patch: { name: 'Golf' },
      first: 'asc' as const,
      key: key(),
    }
    const changed = await copies(async () => management.update(caller, change))
    for (const each of changed) {
      expect(each).toMatchObject({ ok: true, value: { name: 'Golf', version: 2 } })
      expect(each).toMatchObject({
        value: { keys: [{ sort: 'asc' }, { name: 'time', sort: 'asc' }] },
      })
    }
    const late = { ...change, key: key() }
    expect(await management.update(caller, late)).toEqual({ ok: false, code: 'board_changed' })
  })

  test('does not turn over the order of scores, nor take what no board can be', async () => {
    const board = await makeBoard()
    const { id: boardId, caller } = board
    await withScores(board, [5])
    const change = { boardId, version: 1, patch: {}, first: 'asc' as const, key: key() }
    expect(await management.update(caller, change)).toEqual({ ok: false, code: 'board_locked' })
    for (const patch of [
      { slug: 'Not A Slug' },
      { schedule: { cron: '* * *', timeZone: 'UTC' } },
    ]) {
      const bad = { boardId, version: 1, patch, key: key() }
      expect(await management.update(caller, bad)).toEqual({ ok: false, code: 'board_invalid' })
    }
  })

  test('ends a season once, however often it is asked, and the next one goes on', async () => {
    const board = await makeBoard()
    const { id: boardId, caller } = board
    await withScores(board, [5, 3])
    const season = (await management.find(caller, board.slug))!.season
    expect(season).toMatchObject({ number: 1, endsAt: null })
    const ended = await copies(async () =>
      management.closeSeason(caller, { boardId, seasonId: season.id }),
    )
    for (const each of ended) expect(each).toEqual({ ok: true, value: 1 })
    expect((await management.find(caller, boardId))!.season.number).toBe(2)
    const states = (await seasonsOf(board)).map(({ number, status }) => [number, status])
    expect(states).toEqual([
      [2, 'open'],
      [1, 'closed'],
    ])
    await expect.poll(() => actionsOn(season.id)).toEqual(['seasons.close'])
  })

  test('knows no board of another project', async () => {
    const [{ id: boardId, slug }, caller] = [await makeBoard({ public: true }), await newProject()]
    for (const name of [boardId, slug]) expect(await management.find(caller, name)).toBeUndefined()
    const missing = { ok: false, code: 'leaderboard_not_found' }
    const change = { boardId, version: 1, patch: { name: 'Theirs' }, key: key() }
    expect(await management.update(caller, change)).toEqual(missing)
    expect(await management.closeSeason(caller, { boardId, seasonId: 'sea_1' })).toEqual(missing)
  })
})
