/** A wallet's own history, newest first, read from the wallet itself: what was just done is there. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { holderExists } from '../holders.ts'
import { Counterparty, Entry, millisecondsOf, TimeRange, toEntry, WalletId } from '../model.ts'
import { walletOf } from '../movements.ts'
import { problem, problems } from '../problems.ts'
import { readSeek, toTwoWayPage, twoWayPageOf } from '../two-way-pages.ts'
import { positionOf } from '../wallet-reads.ts'

const EntriesQuery = PageQuery.extend({
  kind: Entry.shape.kind.optional(),
  currency: Entry.shape.currency.optional(),
  counterparty: Counterparty.optional(),
  ...TimeRange.shape,
})

export const entriesList = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'entries.list',
    method: 'get',
    path: '/v1/wallets/{walletId}/entries',
    summary: 'List the entries of a wallet',
    description:
      'With a filter a page may have fewer entries than `limit`, also none, while `nextCursor` is not null: each looks at 2,000 entries at most.',
    request: { params: z.object({ walletId: WalletId }), query: EntriesQuery },
    responses: {
      200: json(twoWayPageOf(Entry), 'Entries, newest first'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('param').walletId, '/path/walletId')
    if (!(await holderExists(c.env.PLAYERS, caller, walletId))) throw problem('not_found')
    const { limit, cursor, from, until, ...fields } = c.req.valid('query')
    const filter = { ...fields, from: millisecondsOf(from), until: millisecondsOf(until) }
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId: caller.projectId,
      list: 'entries',
      filter: [walletId, filter],
    }
    const seek = readSeek(scope, cursor)
    const query = { ...positionOf(seek), filter, limit }
    const { rows, last } = await walletOf(c.env, caller, walletId).history(query)
    const items = rows.map((row) => toEntry(walletId, row))
    return c.json(
      toTwoWayPage(scope, seek, { items, last: last === null ? null : String(last) }),
      200,
    )
  },
})
