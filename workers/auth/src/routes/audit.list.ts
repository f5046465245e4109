/** What members and keys have changed in the tenant, and what members were refused, newest first. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, gte, lt, ne } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { auditEntries } from '../schema.ts'
import { textKeyFor } from '../secrets.ts'
import { tenantOf } from '../tenant-changes.ts'
import { AuditEntry, ProjectId, toAuditEntry } from '../tenant-model.ts'

const AuditQuery = PageQuery.extend({
  actorId: z.string().min(1).max(64).optional(),
  action: z.string().min(1).max(64).optional().openapi({ example: 'keys.create' }),
  result: z.enum(['done', 'refused']).optional(),
  projectId: ProjectId.optional(),
  from: z.iso.datetime().optional().openapi({ description: 'At this time or later' }),
  until: z.iso.datetime().optional().openapi({ description: 'Before this time' }),
})

export const auditList = defineRoute({
  access: tenantMember('audit:read'),
  route: createRoute({
    operationId: 'audit.list',
    method: 'get',
    path: '/v1/audit',
    summary: 'List the audit log',
    request: { query: AuditQuery },
    responses: { 200: json(pageOf(AuditEntry), 'Entries, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const tenantId = tenantOf(c.get('caller'))
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId: tenantId, list: 'audit', filter }
    const before = readCursor(scope, cursor)
    const rows = await drizzle(c.env.AUTH_DB)
      .select()
      .from(auditEntries)
      .where(
        and(
          eq(auditEntries.tenantId, tenantId),
          before === undefined ? undefined : lt(auditEntries.sequence, Number(before)),
          ...conditionsOf(filter),
        ),
      )
      .orderBy(desc(auditEntries.sequence))
      .limit(limit + 1)
    return c.json(
      toPage(rows, limit, toAuditEntry, ({ sequence }) => writeCursor(scope, sequence)),
      200,
    )
  },
})

type Filter = Omit<z.infer<typeof AuditQuery>, 'limit' | 'cursor'>

const conditionsOf = ({ actorId, action, result, projectId, from, until }: Filter) => [
  actorId === undefined ? undefined : eq(auditEntries.actorId, actorId),
  action === undefined ? undefined : eq(auditEntries.action, action),
  result === undefined ? undefined : (result === 'done' ? eq : ne)(auditEntries.result, 'done'),
  projectId === undefined ? undefined : eq(auditEntries.projectId, projectId),
  from === undefined ? undefined : gte(auditEntries.at, Date.parse(from)),
  until === undefined ? undefined : lt(auditEntries.at, Date.parse(until)),
]
