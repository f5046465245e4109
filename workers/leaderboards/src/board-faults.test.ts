import { runDurableObjectAlarm } from 'cloudflare:test'
import { FailPoints, faultActions } from '@coinop/shared/fail-points'
import { newId } from '@coinop/shared/ids'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { BoardObject } from './board-object.ts'
import { BoardRequests } from './board-requests.ts'
import { BoardStorage } from './board-storage.ts'
import { Board } from './board.ts'
import { boardOf, type TestBoard } from './test-boards.ts'

type Inside = { ctx: DurableObjectState; loaded?: Board }
/** The object whose stretch this is: the parts inside it do not know it. */
let current: BoardObject | undefined
const waits = (...methods: string[]) => methods.map((method) => ({ method, waits: true }))
const atOnce = (...methods: string[]) => methods.map((method) => ({ method, waits: false }))
const abort = () => (current as unknown as Inside | undefined)?.ctx.abort('injected')

const points = new FailPoints()
  .register(BoardObject, waits('submit', 'alarm', 'announceAll', 'announce'), abort)
  .register(BoardObject, atOnce('armIfChanged', 'mark', 'prune'), abort)
  .register(Board, atOnce('submitAll', 'end', 'replace', 'move'), abort)
  .register(BoardStorage, atOnce('writeEntries', 'writeJournal', 'setReference'), abort)
  .register(BoardRequests, atOnce('add', 'flush'), abort)

afterAll(() => {
  points.uninstall()
  vi.restoreAllMocks()
})

const users = ['ada', 'grace', 'edsger']
/** Increments with keys: each is to count once, whatever happens. */
const writes = users.flatMap((userId, user) =>
  [1, 2].map((round) => ({
    userId,
    keys: [10 * user + round],
    idempotencyKey: `${userId}${round}`,
  })),
)
/** The same once more in one request, whose key is theirs together. */
const together = writes.map((write) => ({
  ...write,
  keys: [100],
  idempotencyKey: `${write.idempotencyKey}together`,
}))
const part = { key: 'together', indexes: [...together.keys()] }
const patienceMilliseconds = 1_500

async function patiently(call: Promise<unknown>): Promise<void> {
  const late = new Promise((done) => setTimeout(done, patienceMilliseconds))
  await Promise.race([call.catch(() => undefined), late])
}

async function underFault(board: TestBoard): Promise<void> {
  await patiently(board.submit(writes.slice(0, 3)))
  await patiently(board.submit(writes))
  await patiently(board.submit(together, part))
  // More than the mark waits for, so that it is reached.
  const many = Array.from({ length: 100 }, (_, index) => ({ userId: `usr_${index}`, keys: [1] }))
  await patiently(board.submit(many))
  await patiently(Promise.resolve(runDurableObjectAlarm(board.stub)))
}

describe('a fault at every step', () => {
  const cases = points.points.flatMap((point) => faultActions.map((action) => ({ point, action })))

  test.each(cases)(
    '$action at $point: each write counts once, and each change is announced once',
    async ({ point, action }) => {
      for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
      const board = boardOf({ operator: 'increment' }, { projectId: newId('prj') })
      let times = 0
      points.begin((reached, instance) => {
        if (instance instanceof BoardObject) current = instance
        return reached === point && times++ < 2 ? action : undefined
      })
      await underFault(board)
      points.end()
      // Whoever heard nothing asks again with the same keys.
      const answers = [...(await board.submit(writes)), ...(await board.submit(together, part))]
      expect(answers.every(({ ok }) => ok)).toBe(true)
      const standings = await board.stub.standings(users)
      expect(standings.map(({ userId, keys }) => [userId, keys])).toEqual([
        ['edsger', [243]],
        ['grace', [223]],
        ['ada', [203]],
      ])
      const { sequence } = await board.stub.state()
      // The alarm, or, where the runtime would have given it up, the sweep.
      await board.stub.poke()
      const events = await board.announced()
      const sequences = events.map(({ data }) => Number(data['sequence']))
      expect(sequences).toEqual(Array.from({ length: sequence }, (_, index) => index + 1))
    },
    30_000,
  )

  test('every point was reached, and every fault happened', () => {
    expect(points.points.filter((point) => !points.hit.get(point))).toEqual([])
  })
})
