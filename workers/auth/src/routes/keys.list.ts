/** The project's API keys, newest first, the ended ones included. Never a secret. */
import { createRoute } from '@hono/zod-openapi'
import { memberWith } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { apiKeys } from '../schema.ts'
import { textKeyFor } from '../secrets.ts'
import { tenantOf } from '../tenant-changes.ts'
import { ApiKey, toApiKey } from '../tenant-model.ts'

export const keysList = defineRoute({
  access: memberWith('tenant:read'),
  route: createRoute({
    operationId: 'keys.list',
    method: 'get',
    path: '/v1/keys',
    summary: 'List the API keys',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(ApiKey), 'Keys, newest first'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId } = caller
    const db = drizzle(c.env.AUTH_DB)
    const { environment } = await projectOf(db, tenantOf(caller), projectId)
    const scope = { secret: textKeyFor(c.env.AUTH_SECRET, 'cursors'), projectId, list: 'keys' }
    const before = readCursor(scope, cursor)
    const older = before === undefined ? undefined : lt(apiKeys.id, before)
    const rows = await db
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.projectId, projectId), older))
      .orderBy(desc(apiKeys.id))
      .limit(limit + 1)
    const page = toPage(
      rows,
      limit,
      (row) => toApiKey(row, environment),
      ({ id }) => writeCursor(scope, id),
    )
    return c.json(page, 200)
  },
})
