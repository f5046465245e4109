/** Tries rules against fraud on the submissions that a season has had, before anybody is judged by them. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { readCursor, writeCursor } from '@coinop/shared/pages'
import { invalidField } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { toBacktest, tried } from '../backtests.ts'
import { defineRoute } from '../env.ts'
import {
  backtestChangesMax,
  BacktestQuery,
  FraudBacktest,
  NewFraudBacktest,
} from '../fraud-model.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { reviewedSeason } from '../reviews.ts'

export const fraudRulesBacktest = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'fraud-rules.backtest',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/fraud-rules/backtest',
    summary: 'Try fraud rules on the past',
    description: `Judges up to ${backtestChangesMax.toLocaleString('en')} changes of a season as they would have been judged when they were made, each by what stood then, and writes nothing.`,
    request: { params: boardParams, query: BacktestQuery, body: json(NewFraudBacktest) },
    responses: {
      200: json(FraudBacktest, 'What the rules would have hit'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const { limit, cursor, season: named } = c.req.valid('query')
    const wanted = c.req.valid('json')
    const { from = '', to = '' } = wanted
    if (Date.parse(from) >= Date.parse(to)) {
      throw invalidField('/body/to', 'Not after `from`.')
    }
    const { season, object } = await reviewedSeason(c.env, caller, { leaderboardId, season: named })
    const { projectId } = caller
    const filter = [season.id, wanted]
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'fraud-rules.backtest', filter }
    const position = readCursor(scope, cursor)
    const after = position === undefined ? undefined : Number(position)
    const part = await tried(object, wanted, { after, limit })
    const nextCursor = part.next === null ? null : writeCursor(scope, part.next)
    return c.json({ ...toBacktest(season.id, wanted, part), nextCursor }, 200)
  },
})
