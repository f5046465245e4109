/** The whole ledger as it was at a proof, as lines of JSON that anyone can check without us. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { readCursor, writeCursor } from '@coinop/shared/pages'
import { invalidField } from '@coinop/shared/problem'
import { defineRoute } from '../env.ts'
import { beginning, exportPage, ExportPosition } from '../export.ts'
import { problem, problems } from '../problems.ts'
import { findProof } from '../proofs.ts'
import { ProofQuery } from './proofs.get.ts'

const ExportQuery = ProofQuery.extend({ cursor: z.string().max(1024).optional() })

export const ledgerExport = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'ledger.export',
    method: 'get',
    path: '/v1/ledger/export',
    summary: 'Export the ledger',
    description:
      'Lines of JSON in pages of at most 2,000 entries: written one after another they are the export. While there is more, the header `Coinop-Next-Cursor` says where it goes on.',
    request: { query: ExportQuery },
    responses: {
      200: {
        description: 'Lines of JSON',
        content: { 'text/jsonl': { schema: z.string() } },
      },
      ...problems('proof_not_found'),
    },
  }),
  handler: async (c) => {
    const { number, cursor } = c.req.valid('query')
    const caller = c.get('caller')
    if (number !== undefined && cursor !== undefined) {
      throw invalidField('/query/number', 'The cursor says which proof is meant.')
    }
    const scope = { secret: c.env.CURSOR_SECRET, projectId: caller.projectId, list: 'export' }
    const text = readCursor(scope, cursor)
    const from = text === undefined ? undefined : ExportPosition.parse(JSON.parse(text))
    const asked = from?.number ?? number
    const proof = await findProof(c.env.WALLET_DB, caller.projectId, { number: asked })
    if (!proof) throw problem('proof_not_found')
    const page = await exportPage(c.env, caller, proof, from ?? beginning(proof.number))
    if (!page) throw problem('proof_not_found')
    if (page.next) {
      c.header('coinop-next-cursor', writeCursor(scope, JSON.stringify(page.next)))
    }
    return c.text(page.text, 200, { 'content-type': 'text/jsonl' })
  },
})
