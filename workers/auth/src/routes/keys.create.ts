/** Makes an API key of the project. The key itself is in this answer and nowhere else. */
import { createRoute } from '@hono/zod-openapi'
import { enforcePlanLimit } from '@coinop/billing/plan-limits'
import { memberWith } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { invalidField } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import type { z } from '@hono/zod-openapi'
import { defineRoute } from '../env.ts'
import { newApiKey } from '../new-api-key.ts'
import { problems } from '../problems.ts'
import { countActiveKeys, projectOf } from '../projects.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { MintedApiKey, NewApiKey } from '../tenant-model.ts'

export const keysCreate = defineRoute({
  access: memberWith('keys:write'),
  route: createRoute({
    operationId: 'keys.create',
    method: 'post',
    path: '/v1/keys',
    summary: 'Make an API key',
    description:
      'The secret is shown once, and again when the request is repeated with its Idempotency-Key.',
    request: { body: json(NewApiKey) },
    responses: {
      201: json(MintedApiKey, 'The key, with its secret'),
      ...problems('not_found', 'plan_limit', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    const expiresAt = checked(input)
    const caller = c.get('caller')
    const { projectId } = caller
    const answer = await changeOnce<MintedApiKey>(c, input, async (db) => {
      const project = await projectOf(db, tenantOf(caller), projectId)
      enforcePlanLimit(project, 'keys', await countActiveKeys(db, projectId))
      const { kind, name } = input
      const given = { projectId, kind, name, scopes: [...new Set(input.scopes)], expiresAt }
      const { minted, statement } = newApiKey(c.env, db, given, project.environment)
      return { answer: minted, statements: [statement], subject: minted.id }
    })
    return c.json(answer, 201)
  },
})

/** When the key expires, in milliseconds; throws when the fields do not go together. */
function checked({ kind, scopes, expiresAt }: z.infer<typeof NewApiKey>): number | null {
  if (kind === 'secret' && scopes.length === 0) {
    throw invalidField('/body/scopes', 'A secret key without a scope may do nothing.')
  }
  if (kind === 'publishable' && scopes.length > 0) {
    throw invalidField('/body/scopes', 'What a publishable key may do follows from its kind.')
  }
  if (expiresAt === undefined) return null
  const at = Date.parse(expiresAt)
  if (at <= now()) throw invalidField('/body/expiresAt', 'This is in the past.')
  return at
}
