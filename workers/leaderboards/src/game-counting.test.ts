import { FailPoints } from '@coinop/shared/fail-points'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ScoreAnswer } from './board-commands.ts'
import { Board as BoardInside } from './board.ts'
import { bindingsOfTurn } from './game-bindings.ts'
import { countGames, GameCounting } from './game-counting.ts'
import { gameBindingsDelete } from './routes/game-bindings.delete.ts'
import { leaderboardsDelete } from './routes/leaderboards.delete.ts'
import { boards } from './schema.ts'
import { sweep } from './sweep.ts'
import {
  announceAll,
  bindGame,
  boundBoard,
  boundTo,
  refusalsOf,
  round,
  storedBindings,
} from './test-games.ts'
import {
  bindings,
  type Board,
  db,
  makeBoard,
  newProject,
  newUsers,
  standingOf,
  storedSeasons,
} from './test-leaderboards.ts'
import { closeSeasonOf } from './test-seasons.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Method = (this: object, ...input: unknown[]) => unknown
const count = async (board: Board) => countGames(bindings, await boundTo(board))
const quietly = () => vi.spyOn(console, 'error').mockReturnValue()

describe('results of bound games', () => {
  test('count by the measure: wins, plays, payout, net and stake, of that game and currency only', async () => {
    const caller = { ...(await newProject()), plan: 'scale' }
    const [ada] = await newUsers(1, caller.projectId)
    const of = async (measure: string, currency: string | null) => {
      const board = await makeBoard({ operator: 'increment' }, caller)
      expect((await bindGame(board, { measure, currency })).status).toBe(201)
      return board
    }
    const made = [
      await of('wins', null),
      await of('plays', null),
      await of('payout', 'COIN'),
      await of('net', 'COIN'),
      await of('staked', 'COIN'),
    ]
    await announceAll(made[0]!, [
      round(ada!, { payout: 19, won: true }),
      round(ada!),
      round(ada!, { currency: 'GEM', payout: 500, won: true }),
      round(ada!, { gameId: 'slots', payout: 500, won: true }),
    ])
    await sweep(bindings)
    const scores = await Promise.all(made.map(async (board) => (await standingOf(board))[0]?.[1]))
    expect(scores).toEqual([2, 3, 19, -1, 20])
  })

  test('what was played before the binding does not count', async () => {
    const board = await makeBoard({ operator: 'increment' })
    const [ada] = await newUsers(1, board.caller.projectId)
    await announceAll(board, [round(ada!)])
    await bindGame(board)
    await count(board)
    expect(await standingOf(board)).toEqual([])
  })

  const breaks = ['score', 'note'].flatMap((step) =>
    (['throw', 'lose-reply', 'duplicate'] as const).map((action) => ({ step, action })),
  )
  test.each(breaks)(
    'interrupted at $step ($action), repeated and counted by two at once, each counts once',
    async ({ step, action }) => {
      quietly()
      const board = await boundBoard()
      const [ada, grace] = await newUsers(2, board.caller.projectId)
      const events = Array.from({ length: 150 }, (_, index) => round(index % 3 ? ada! : grace!))
      await announceAll(board, events)
      const points = new FailPoints().register(
        GameCounting,
        ['score', 'note'].map((method) => ({ method, waits: true })),
        () => undefined,
      )
      let met = 0
      points.begin((point) => (point.endsWith(`.${step}`) && ++met === 1 ? action : undefined))
      await count(board)
      points.uninstall()
      expect(met).toBeGreaterThan(0)
      const stale = await boundTo(board)
      await Promise.all([countGames(bindings, stale), countGames(bindings, stale), sweep(bindings)])
      await count(board)
      expect(await standingOf(board)).toEqual([
        [ada, 100],
        [grace, 50],
      ])
      const head = 150 + (await storedBindings(board))[0]!.counted
      expect(head).toBeGreaterThanOrEqual(300)
    },
    30_000,
  )

  test('of more events than one question takes, all count in one run, and a note is written for few', async () => {
    const board = await boundBoard()
    const [ada] = await newUsers(1, board.caller.projectId)
    const others = Array.from({ length: 1_200 }, () => round(ada!, { gameId: 'slots' }))
    await announceAll(board, [...others, round(ada!)])
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 1]])
    const { counted } = (await storedBindings(board))[0]!
    expect(counted).toBeGreaterThan(1_200)
    await announceAll(board, [round(ada!, { gameId: 'slots' })])
    await count(board)
    expect((await storedBindings(board))[0]!.counted).toBe(counted)
  }, 30_000)

  test('an event that cannot be read is recorded, and those behind it count', async () => {
    const board = await boundBoard()
    const [ada] = await newUsers(1, board.caller.projectId)
    const poisoned = { ...round(ada!), data: { gameId: 'dice', userId: "'; DROP TABLE boards" } }
    await announceAll(board, [round(ada!), poisoned, round(ada!)])
    await count(board)
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 2]])
    expect(await refusalsOf(board)).toMatchObject([
      { reason: 'event_unreadable', eventId: poisoned.id },
    ])
  })

  test('an event that makes its board fail is passed by once others get through, and recorded', async () => {
    quietly()
    const board = await boundBoard()
    const [ada, cursed] = await newUsers(2, board.caller.projectId)
    const { submitAll } = BoardInside.prototype as unknown as Record<string, Method>
    vi.spyOn(BoardInside.prototype, 'submitAll').mockImplementation(function (
      this: BoardInside,
      ...input
    ) {
      if (input[1].some(({ userId }) => userId === cursed)) throw new Error('cursed')
      return submitAll!.apply(this, input) as ScoreAnswer[]
    })
    await announceAll(board, [round(cursed!)])
    for (let time = 0; time < 5; time++) await count(board)
    // Alone it could be an outage, in which nothing may be passed by.
    expect(await refusalsOf(board)).toEqual([])
    await announceAll(board, [round(ada!)])
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 1]])
    expect(await refusalsOf(board)).toMatchObject([{ reason: 'event_fails' }])
    expect((await storedBindings(board))[0]!.failures).toBe(0)
    vi.restoreAllMocks()
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 1]])
  })

  test('what the board refuses is recorded with its reason', async () => {
    const board = await boundBoard({ attemptsMax: 1 })
    const [ada] = await newUsers(1, board.caller.projectId)
    await announceAll(board, [round(ada!), round(ada!)])
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 1]])
    expect(await refusalsOf(board)).toMatchObject([{ reason: 'attempts_exhausted' }])
  })

  test('a season that is closed meanwhile: what comes later counts in the next, nothing twice', async () => {
    const board = await boundBoard()
    const [ada] = await newUsers(1, board.caller.projectId)
    await announceAll(board, [round(ada!), round(ada!)])
    const stale = await boundTo(board)
    await countGames(bindings, stale)
    await closeSeasonOf(board)
    await announceAll(board, [round(ada!)])
    // As if the note had been lost with the season's end behind it.
    await countGames(bindings, stale)
    const [first] = await storedSeasons(board.id)
    expect(await standingOf(board, first!.id)).toEqual([[ada, 2]])
    expect(await standingOf(board)).toEqual([[ada, 1]])
  })

  test('a deleted board is no trouble to others, and its bindings go with it', async () => {
    const [board, other] = [await boundBoard(), await boundBoard()]
    const [ada] = await newUsers(1, board.caller.projectId)
    const [grace] = await newUsers(1, other.caller.projectId)
    await announceAll(board, [round(ada!)])
    await announceAll(other, [round(grace!)])
    const stale = [...(await boundTo(board)), ...(await boundTo(other))]
    const params = { leaderboardId: board.id }
    await call(leaderboardsDelete, {
      params,
      query: { confirm: board.slug },
      caller: board.caller,
    })
    quietly()
    await countGames(bindings, stale)
    expect(await standingOf(other)).toEqual([[grace, 1]])
    expect(await boundTo(board)).toEqual([])
    await db.update(boards).set({ deletedAt: 1 }).where(eq(boards.id, board.id))
    await sweep(bindings)
    expect(await storedBindings(board)).toEqual([])
  })

  test('a game that is unbound and bound again counts from then on', async () => {
    const board = await boundBoard()
    const [ada] = await newUsers(1, board.caller.projectId)
    const { id: bindingId } = (await storedBindings(board))[0]!
    const params = { leaderboardId: board.id, bindingId }
    await call(gameBindingsDelete, { params, caller: board.caller })
    await announceAll(board, [round(ada!)])
    await bindGame(board)
    await announceAll(board, [round(ada!)])
    await count(board)
    expect(await standingOf(board)).toEqual([[ada, 1]])
  })

  test('somebody who looks at the board sees it counted within seconds, without the sweep', async () => {
    const board = await boundBoard()
    const [ada] = await newUsers(1, board.caller.projectId)
    await announceAll(board, [round(ada!)])
    await vi.waitFor(async () => expect(await standingOf(board)).toEqual([[ada, 1]]), {
      timeout: 10_000,
      interval: 200,
    })
  })
})

describe('turns of the sweep', () => {
  test('with more bindings than one turn takes, each has its turn', async () => {
    const made = [await boundBoard(), await boundBoard(), await boundBoard()]
    const ids = new Set<string>()
    for (let turn = 0; turn < 200; turn++) {
      const bound = await bindingsOfTurn(db, turn, 2)
      expect(bound.length).toBeLessThanOrEqual(2)
      for (const { board } of bound) ids.add(board.id)
    }
    for (const { id } of made) expect(ids).toContain(id)
    expect(await bindingsOfTurn(db, 0, 1)).toHaveLength(1)
  })
})
