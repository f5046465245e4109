/** Who a credential is, answered by the gateway itself: the first call of anybody who sets up a key. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { actorKinds } from '@coinop/shared/caller'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'

const Credential = z
  .strictObject({
    kind: z.enum(actorKinds),
    id: z.string().openapi({ description: "The key's, the player's or the member's id" }),
    projectId: z.string(),
    scopes: z.array(z.string()),
    plan: z.string(),
  })
  .openapi('Credential')
type Credential = z.infer<typeof Credential>

export const credentialsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'credentials.get',
    method: 'get',
    path: '/v1/credential',
    summary: 'Who am I?',
    responses: { 200: json(Credential), ...problems() },
  }),
  handler: ({ caller: { kind, actorId: id, projectId, scopes, plan } }) =>
    Response.json({ kind, id, projectId, scopes, plan } satisfies Credential),
})
