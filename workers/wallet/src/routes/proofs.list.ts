/** All proofs of the project, newest first: a chain, each over the one before it. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { proofs } from '../audit-schema.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { Proof, toProof } from '../proof-model.ts'
import { toProofRow } from '../proofs.ts'

export const proofsList = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'proofs.list',
    method: 'get',
    path: '/v1/ledger/proofs',
    summary: 'List the proofs of the ledger',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Proof), 'Proofs, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'proofs' }
    const before = Number(readCursor(scope, cursor) ?? Number.MAX_SAFE_INTEGER)
    const rows = await drizzle(c.env.WALLET_DB)
      .select()
      .from(proofs)
      .where(and(eq(proofs.projectId, projectId), lt(proofs.number, before)))
      .orderBy(desc(proofs.number))
      .limit(limit + 1)
    return c.json(
      toPage(rows.map(toProofRow), limit, toProof, ({ number }) => writeCursor(scope, number)),
      200,
    )
  },
})
