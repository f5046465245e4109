/** What the tests of routes begin with: users who exist in `auth`, boards, scores, money in real wallets. */
import { env } from 'cloudflare:workers'
import { users } from '@coinop/auth/schema'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { allPowerfulKey, call, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { leaderboardsCreate } from './routes/leaderboards.create.ts'
import { leaderboardsTop } from './routes/leaderboards.top.ts'
import { scoresUpdate } from './routes/scores.update.ts'
import { seasonsList } from './routes/seasons.list.ts'
import { boards, seasons } from './schema.ts'

/** `GATEWAY_TO_...` is a neighbour as the gateway binds it: see vitest.worker.ts. */
export const bindings = env as unknown as LeaderboardsEnv & {
  AUTH_DB: D1Database
  GATEWAY_TO_WALLET: Fetcher
  GATEWAY_TO_EVENTS: Fetcher
}
export const db = drizzle(bindings.LEADERBOARDS_DB)

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

/** A server of a project of its own, which `auth` knows, so that no plan is full because of another test. */
export async function newProject(): Promise<Caller> {
  const projectId = newId('prj')
  const insert = `INSERT INTO projects (id, tenant_id, name, environment, plan, created_at) VALUES (?, ?, 'x', 'test', 'free', 0)`
  await bindings.AUTH_DB.prepare(insert).bind(projectId, newId('ten')).run()
  return { ...allPowerfulKey(), projectId }
}

/** Users of the project, straight into the table of `auth`, which is this very database. */
export async function newUsers(count: number, projectId = testProject): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('usr'))
  const authDb = drizzle(bindings.AUTH_DB)
  const rows = ids.map((id) => ({
    projectId,
    id,
    displayName: 'Ada',
    isActive: true,
    createdAt: now(),
  }))
  const [first, ...more] = rows.map((row) => authDb.insert(users).values(row))
  await authDb.batch([first!, ...more])
  return ids
}
export const newUser = async (projectId = testProject): Promise<string> =>
  (await newUsers(1, projectId))[0]!

let made = 0
/** Makes a board in a project of its own unless told otherwise, and answers what the route answered. */
export async function makeBoard(definition: object = {}, given?: Caller): Promise<Board> {
  const caller = given ?? (await newProject())
  const slug = `board-${++made}-${crypto.randomUUID().slice(0, 8)}`
  const json = { slug, name: 'A board', ...definition }
  const { status, body } = await call(leaderboardsCreate, { json, caller })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { ...body, caller } as Board
}
export type Board = { id: string; slug: string; version: number; caller: Caller }

type Sent = { userId: string; score: unknown } & Record<string, unknown>
/** Submits a score as a server. */
export const submit = (board: Board, json: Sent, headers: Record<string, string> = {}) =>
  call(scoresUpdate, { json: { leaderboardId: board.id, ...json }, headers, caller: board.caller })

/** Users with these scores, in this order, on a board. */
export async function withScores(board: Board, scores: number[]): Promise<string[]> {
  const userIds = await newUsers(scores.length, board.caller.projectId)
  for (const [index, score] of scores.entries()) {
    const { status, body } = await submit(board, { userId: userIds[index]!, score })
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
  return userIds
}

/** Who stands where: `[userId, score]`, the best first. */
export async function standingOf(board: Board, season?: string): Promise<[string, number][]> {
  const params = { leaderboardId: board.id }
  const query = { limit: '100', ...(season !== undefined && { season }) }
  const { body } = await call(leaderboardsTop, { params, query, caller: board.caller })
  return body.data.map(({ userId, score }: { userId: string; score: number }) => [userId, score])
}

/** The seasons of a board as its list answers them, newest first. */
export async function seasonsOf({ id, caller }: Board) {
  const { body } = await call(seasonsList, { params: { leaderboardId: id }, caller })
  return body.data as { id: string; number: number; status: string; startsAt: string }[]
}

export const storedBoard = async (id: string) =>
  (await db.select().from(boards).where(eq(boards.id, id)))[0]
export const storedSeasons = (boardId: string) =>
  db.select().from(seasons).where(eq(seasons.boardId, boardId)).orderBy(seasons.number)

/** Calls a public route of a neighbour, as this caller. */
export async function neighbour(door: Fetcher, path: string, caller: Caller, json?: object) {
  const response = await door.fetch(`http://worker${path}`, {
    method: json ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      [callerHeader]: JSON.stringify(caller),
      ...uniqueKey(),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

export const makeCurrency = (caller: Caller, code = 'COIN') =>
  neighbour(bindings.GATEWAY_TO_WALLET, '/v1/currencies', caller, {
    code,
    name: code,
    decimals: 0,
    transferable: true,
  })

export async function available(caller: Caller, userId: string): Promise<number> {
  const path = `/v1/balance?userId=${userId}`
  const { balances } = await neighbour(bindings.GATEWAY_TO_WALLET, path, caller)
  return balances[0]?.available ?? 0
}
