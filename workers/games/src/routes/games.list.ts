/** The games with their rules and odds. The same for every project. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { toGame } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { games } from '../games/index.ts'
import { Game } from '../model.ts'
import { problems } from '../problems.ts'

export const gamesList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'games.list',
    method: 'get',
    path: '/v1/games',
    summary: 'List the games',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Game), 'Games, by id'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'games' }
    const after = readCursor(scope, cursor) ?? ''
    const rest = games.filter(({ id }) => id > after).slice(0, limit + 1)
    return c.json(
      toPage(rest, limit, toGame, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
