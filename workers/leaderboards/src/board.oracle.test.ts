import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { environment, Random } from '@coinop/wallet/test-random'
import { expect, test } from 'vitest'
import type { BoardRules, Operator, ScoreWrite, Standing, TiePolicy } from './board-commands.ts'
import { boardOf, type TestBoard } from './test-boards.ts'
import { Oracle, type OracleEntry, shown } from './test-oracle.ts'

const { seed, runs } = environment(24)
const operators: Operator[] = ['best', 'latest', 'increment', 'decrement', 'first']
const policies: TiePolicy[] = [
  'first_to_reach',
  'last_to_reach',
  'shared_competition',
  'shared_dense',
]

type World = { random: Random; board: TestBoard; oracle: Oracle; users: number; sent: ScoreWrite[] }

function worldOf(random: Random, run: number): World {
  const keys = Array.from({ length: 1 + random.below(3) }, () => ({
    sort: random.pick(['desc', 'asc'] as const),
  }))
  const rules: BoardRules = {
    version: 1,
    keys,
    tiePolicy: policies[run % policies.length]!,
    operator: random.pick(operators),
    ...(random.below(4) === 0 && { scoreMin: -40, scoreMax: 40 }),
    ...(random.below(4) === 0 && { attemptsMax: 1 + random.below(30) }),
  }
  // Some fill many buckets, and some have a few users who meet again and again.
  const users = random.pick([3, 20, 400, 1_500])
  return { random, board: boardOf(rules), oracle: new Oracle(rules), users, sent: [] }
}

const someUser = ({ random, users }: World) => `usr_${random.below(users)}`

/** Few different ones, so that ties are many; sometimes with decimals, sometimes a huge one. */
function someKey({ random, users }: World): number {
  const kind = random.below(40)
  if (kind === 0) return random.pick([0, -0, 2 ** 53 - 1, 1 - 2 ** 53, 1e-9, -0.1])
  const spread = random.pick([5, users])
  const key = random.below(2 * spread) - spread
  return kind < 10 ? key / 8 : key
}

function someWrite(world: World): ScoreWrite {
  const { random, sent, oracle } = world
  const earlier = sent.length > 0 && random.below(8) === 0 ? random.pick(sent) : undefined
  if (earlier) return random.below(4) === 0 ? { ...earlier, userId: someUser(world) } : earlier
  const { length } = oracle.rules.keys
  const count = random.below(60) === 0 ? length + 1 : length
  const write: ScoreWrite = {
    userId: someUser(world),
    keys: Array.from({ length: count }, () => someKey(world)),
    ...(random.below(3) === 0 && { operator: random.pick(operators) }),
    ...(random.below(3) === 0 && { metadata: JSON.stringify({ run: sent.length }) }),
    ...(random.below(2) === 0 && { idempotencyKey: `key-${sent.length}` }),
  }
  if (write.idempotencyKey !== undefined) sent.push(write)
  return write
}

const withoutSequence = (answer: object) =>
  JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => (name === 'sequence' ? undefined : value)),
  )
const plain = ({ updatedAt: _, reachedAt: __, ...standing }: Standing) => standing

/** What its key makes exact, whatever comes between the first time and the second. */
const isExactAgain = ({ idempotencyKey, operator }: ScoreWrite, rules: BoardRules) =>
  idempotencyKey !== undefined && (operator === undefined || operator === rules.operator)

async function submitSome(world: World): Promise<void> {
  const { random, board, oracle } = world
  const count = random.pick([1, 1, 2, 100])
  const writes = Array.from({ length: count }, () => someWrite(world))
  const crash = random.below(12) === 0
  const given = crash ? writes.filter((write) => isExactAgain(write, oracle.rules)) : writes
  if (crash) {
    // Whether it was in time or not: the same keys again, and each counts once.
    const lost = board.submit(given).catch(() => undefined)
    await abortAllDurableObjects()
    await lost
  }
  const answers = await board.submit(given)
  for (const [index, write] of given.entries()) {
    const expected = withoutSequence(oracle.submit(write))
    const actual = withoutSequence(answers[index]!)
    if (crash) for (const each of [expected, actual]) delete each.value?.replayed
    expect(actual, JSON.stringify(write)).toEqual(expected)
  }
}

async function reviewSome(world: World): Promise<void> {
  const { random, board, oracle } = world
  const userId = someUser(world)
  const what = random.pick(['remove', 'quarantine', 'restore', 'restore', 'confirm'] as const)
  if (what === 'remove') {
    const removed = oracle.remove(userId)
    expect(await board.remove(userId)).toEqual({ ok: true, value: { removed } })
    return
  }
  const answer = await board.stub[what](userId, 'too good')
  const changed =
    what === 'confirm' ? oracle.confirm(userId) : oracle.hide(userId, what === 'quarantine')
  const expected =
    changed === undefined
      ? { ok: false, code: 'entry_not_found' }
      : { ok: true, value: { changed } }
  expect(answer).toEqual(expected)
}

async function compare(world: World): Promise<void> {
  const { random, board, oracle } = world
  const expected = oracle.standings() as (Standing & OracleEntry)[]
  const total = expected.length
  expect(await allForwards(board, 1 + random.below(100)), 'forwards').toEqual(expected)
  expect(await allBackwards(board, 1 + random.below(100)), 'backwards').toEqual(expected)
  expect((await board.stub.state()).digest).toBe(oracle.digest())
  for (let tries = 0; tries < 5; tries++) {
    const userId = someUser(world)
    const entry = oracle.entries.get(userId)
    const own = entry && { ...shown(entry), rank: oracle.rankOf(entry), total }
    const rank = await board.stub.rank(userId, 'owner')
    const { quarantined, ahead, ...standing } = rank ?? { quarantined: null, ahead: 0 }
    expect(rank && plain(standing as Standing), userId).toEqual(own)
    const isBefore = (one: Standing) => one.rank < (rank?.rank ?? 0)
    expect(ahead, userId).toBe(expected.filter(isBefore).length)
    expect(quarantined !== null, userId).toBe(entry?.hidden ?? false)
    expect(await board.rank(userId)).toEqual(entry?.hidden ? undefined : rank)
    const at = expected.findIndex((each) => each.userId === userId)
    const each = random.pick([0, 1, 50])
    const around = at < 0 ? [] : expected.slice(Math.max(0, at - each), at + each + 1)
    expect((await board.stub.around(userId, each)).map(plain), 'around').toEqual(around)
    const keys = oracle.rules.keys.map(() => someKey(world))
    expect(await board.stub.rankFor(keys), JSON.stringify(keys)).toEqual({
      rank: oracle.rankFor(keys),
      total,
    })
  }
  const friends = Array.from({ length: 10 }, () => someUser(world))
  const among = expected.filter(({ userId }) => friends.includes(userId))
  expect((await board.stub.standings(friends)).map(plain), 'friends').toEqual(among)
}

async function allForwards(board: TestBoard, limit: number) {
  const pages = []
  let page = await board.top({ limit })
  for (;;) {
    pages.push(page)
    if (!page.next) return pages.flatMap(({ standings }) => standings.map(plain))
    page = await board.top({ limit, after: page.next })
  }
}

/** From behind the last one to the first. */
async function allBackwards(board: TestBoard, limit: number) {
  const pages = []
  let before: number[] | null = [Infinity, Infinity, Infinity, Infinity]
  while (before) {
    const page = await board.stub.before({ before, limit })
    pages.unshift(page)
    before = page.previous
  }
  return pages.flatMap(({ standings }) => standings.map(plain))
}

/** Only what runs can be evicted. */
async function evict({ stub }: TestBoard): Promise<void> {
  await stub.total()
  await evictDurableObject(stub)
}

async function sequence(random: Random, run: number): Promise<number> {
  const world = worldOf(random, run)
  const steps = 10 + random.below(60)
  for (let step = 0; step < steps; step++) {
    const what = random.below(20)
    if (what < 13) await submitSome(world)
    else if (what < 17) await reviewSome(world)
    else if (what === 17) await evict(world.board)
    else if (what === 18) await abortAllDurableObjects()
    else await compare(world)
  }
  await compare(world)
  const closing = await world.board.close()
  expect(closing).toMatchObject({
    digest: world.oracle.digest(),
    total: world.oracle.sorted().length,
  })
  await evict(world.board)
  await compare(world)
  return closing.sequence
}

test(`${runs} random sequences, SEED=${seed}: every read path says what a sorted array says`, async () => {
  let changes = 0
  for (let run = 0; run < runs; run++) {
    try {
      changes += await sequence(new Random(seed + run), seed + run)
    } catch (error) {
      throw new Error(`SEED=${seed + run} RUNS=1: ${String(error)}`, { cause: error })
    }
  }
  console.warn(`SEED=${seed} RUNS=${runs}: ${changes} changes`)
  expect(changes).toBeGreaterThan(runs)
}, 600_000)
