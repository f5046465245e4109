import { users } from '@coinop/auth/schema'
import { anonymous, call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, test } from 'vitest'
import { boardSnapshots } from '../schema.ts'
import {
  bindings,
  type Board,
  db,
  makeBoard,
  storedSeasons,
  withScores,
} from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { storedSnapshots, takeSnapshot } from '../test-snapshots.ts'
import { leaderboardsPage } from './leaderboards.page.ts'

const pageOf = (leaderboardId: string, query: Record<string, string> = {}, caller = anonymous()) =>
  call(leaderboardsPage, { params: { leaderboardId }, query, caller })

/** Straight into the table of `auth`: no way leads there that would let all of these in. */
const rename = (userId: string, displayName: string | null) =>
  drizzle(bindings.AUTH_DB).update(users).set({ displayName }).where(eq(users.id, userId))

const publicBoard = (definition: object = {}) => makeBoard({ public: true, ...definition })
const rowsIn = (page: string) => [...page.matchAll(/<tr>\s*<td class="rank">/g)].length
const textOf = (page: string) =>
  page
    .replaceAll(/<style>[^]*?<\/style>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('leaderboards.page', () => {
  test('200 the standing with names, ranks and scores, without a credential and without a script', async () => {
    const board = await publicBoard({ name: 'Weekly points' })
    const [ada, grace] = await withScores(board, [1_234.5, 70_000])
    await rename(ada!, 'Ada Lovelace')
    await rename(grace!, null)
    const { status, body, headers } = await pageOf(board.id)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    const text = textOf(body)
    expect(text).toContain('Weekly points')
    expect(text).toContain(`1 Player ${grace!.slice(-4)} 70,000 2 Ada Lovelace 1,234.5`)
    expect(text).toContain('2 players')
    expect(text).toContain('Open-ended')
    expect(body).not.toMatch(/<script|javascript:|\son\w+=|<link|<img|<iframe|<form/i)
  })

  const hostile: [string, string][] = [
    ['markup', '<script>alert(1)</script>'],
    ['the end of the cell', '</bdi></td></tr></table><h1>Mine</h1>'],
    ['quotes', `" onmouseover="alert(1)" x='`],
    ['an entity', '&lt;b&gt;&#60;script&#62;'],
    ['right to left', 'evil\u202egnp.exe\u2066\u200f'],
    ['nothing to see', '\u200b\u200d\u2060'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['lines', 'one\ntwo\u2028three\u0000'],
  ]
  test.each(hostile)('200 a name or a title that is %s stays text', async (_, name) => {
    const title = name.slice(0, 100).replaceAll('\u0000', '')
    const board = await publicBoard({ name: title })
    const [ada] = await withScores(board, [1])
    await rename(ada!, name)
    await takeSnapshot(board)
    const { body } = await pageOf(board.id)
    expect(body).not.toMatch(/<script|<h1>Mine|[\u200b-\u200f\u2028-\u202e\u2060-\u2069]/)
    expect(body).not.toContain('\u0000')
    // Every attribute that there is was written by the page.
    expect(body).not.toMatch(/<[^>]* onmouseover/)
    expect(rowsIn(body)).toBe(1)
    expect(body.match(/<main>|<table>|<h1>/g)).toHaveLength(3)
    expect(body.length).toBeLessThan(20_000)
  })

  test('200 further pages by plain links, down and up again, each entry once', async () => {
    const board = await publicBoard()
    const scores = Array.from({ length: 60 }, (_, index) => 1_000 - index)
    await withScores(board, scores)
    const seen: string[] = []
    let query: Record<string, string> = {}
    const pages: string[] = []
    for (;;) {
      const { body } = await pageOf(board.id, query)
      pages.push(body)
      seen.push(...[...body.matchAll(/<td class="score">([\d,]+)/g)].map(([, score]) => score!))
      const next = /rel="next"\s+href="\?cursor=([^"]+)"/.exec(body)?.[1]
      if (next === undefined) break
      query = { cursor: next }
    }
    expect(seen.map((score) => Number(score.replace(',', '')))).toEqual(scores)
    expect(pages.map(rowsIn)).toEqual([25, 25, 10])
    expect(pages[1]).toMatch(/rel="prev"\s+href="\?"/)
    const up = /rel="prev"\s+href="\?cursor=([^"]+)"/.exec(pages[2]!)![1]!
    expect(textOf((await pageOf(board.id, { cursor: up })).body)).toContain(' 26 ')
    expect((await pageOf(board.id, { cursor: 'x.y' })).body.code).toBe('invalid_request')
  }, 30_000)

  test('200 the way up leads to the page before also where many share a rank', async () => {
    const board = await publicBoard({ tiePolicy: 'shared_dense' })
    await withScores(board, [...Array.from({ length: 55 }, () => 7), 1])
    const linkIn = (body: string, rel: string) =>
      new RegExp(`rel="${rel}"\\s+href="\\?cursor=([^"]+)"`).exec(body)![1]!
    const first = (await pageOf(board.id)).body
    const second = (await pageOf(board.id, { cursor: linkIn(first, 'next') })).body
    const third = (await pageOf(board.id, { cursor: linkIn(second, 'next') })).body
    const up = (await pageOf(board.id, { cursor: linkIn(third, 'prev') })).body
    const players = (body: string) => body.match(/Player \w{4}/g)
    expect([first, second, third].map(rowsIn)).toEqual([25, 25, 6])
    expect(players(up)).toEqual(players(second))
  })

  test('200 a chart of the best over the past days, where there are snapshots', async () => {
    const board = await publicBoard()
    const [ada, grace] = await withScores(board, [300, 200])
    expect((await pageOf(board.id)).body).not.toContain('<svg')
    await rename(ada!, '<b>Ada')
    await rename(grace!, 'Grace')
    await takeSnapshot(board)
    const [now] = await storedSnapshots(board)
    const days = Array.from({ length: 5 }, (_, index) => {
      const takenAt = now!.takenAt - (index + 1) * 86_400_000
      const day = new Date(takenAt).toISOString().slice(0, 10)
      const entries = now!.entries.map(([userId, rank]): [string, number, number[]] => [
        userId,
        rank,
        [100 - index],
      ])
      return { ...now!, day, takenAt, entries }
    })
    for (const day of days) await db.insert(boardSnapshots).values(day)
    // By another address, for the page of a moment ago is kept for a few seconds.
    const { body } = await pageOf(board.id, { season: await currentSeasonOf(board) })
    expect(body.match(/<path class="line/g)).toHaveLength(2)
    expect(body.match(/<path class="line c0" d="M[^"]*(L[^"]*){6}"/g)).toHaveLength(1)
    expect(body).toContain('&lt;b&gt;Ada')
  })

  test('200 says when the season ends, and that a past one is final', async () => {
    const board = await publicBoard({ schedule: { cron: '0 0 1 1 *', timeZone: 'UTC' } })
    await withScores(board, [1])
    expect(textOf((await pageOf(board.id)).body)).toMatch(/Season 1 .*Ends Jan 1, \d{4}, 00:00 UTC/)
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board, season)
    expect(textOf((await pageOf(board.id, { season })).body)).toContain('Final standing of')
  })

  test('404 leaderboard_not_found for a private board, whoever asks, like one that is not there', async () => {
    const board = await makeBoard()
    await withScores(board, [1])
    const plainly = async (leaderboardId: string, caller?: Board['caller']) => {
      const { status, body } = await pageOf(leaderboardId, {}, caller)
      const { requestId: _, ...problem } = body
      return { status, problem }
    }
    const missing = await plainly('brd_00000000000000000000000000')
    expect(missing).toMatchObject({ status: 404, problem: { code: 'leaderboard_not_found' } })
    expect(await plainly(board.id)).toEqual(missing)
    expect(await plainly(board.id, board.caller)).toEqual(missing)
    expect(await plainly(board.slug, board.caller)).toEqual(missing)
  })

  test('404 season_not_found and season_evicted', async () => {
    const board = await publicBoard({ seasonsKeptDays: 1 })
    await withScores(board, [1])
    const other = await makeBoard()
    await withScores(other, [1])
    const foreign = (await storedSeasons(other.id))[0]!.id
    expect((await pageOf(board.id, { season: foreign })).body.code).toBe('season_not_found')
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board, season)
    await expire(board.id)
    expect((await pageOf(board.id, { season })).body.code).toBe('season_evicted')
  })
})
