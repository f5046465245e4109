/** The address that Discord calls. Only its signature opens it; behind that every answer is a reply with status 200. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { answer } from '../answer.ts'
import { defineRoute } from '../env.ts'
import { InteractionReply } from '../model.ts'
import { open } from '../opening.ts'
import { sceneOf } from '../scene.ts'
import { formOf } from '../discord-rest.ts'
import { problem, problems } from '../problems.ts'

const header = (name: string, pattern: string, description: string) => ({
  in: 'header' as const,
  name,
  required: true,
  description,
  schema: { type: 'string' as const, pattern },
})

export const interactionsReceive = defineRoute({
  access: anyone,
  idempotency: 'none',
  route: createRoute({
    operationId: 'interactions.receive',
    method: 'post',
    path: '/v1/discord/interactions/{applicationId}',
    summary: 'Receive an interaction from Discord',
    description: 'Interactions are retried by their own id. Needs a fresh Ed25519 signature.',
    // Declared here and not in `request`: what is wrong with them must answer 401, not 400, and the body stays bytes.
    parameters: [
      header('X-Signature-Ed25519', '^[0-9a-fA-F]{128}$', 'Over the timestamp and the raw body'),
      header('X-Signature-Timestamp', '^[0-9]{1,15}$', 'Seconds; at most 300 old and 60 ahead'),
    ],
    requestBody: {
      required: true,
      description: 'An interaction as Discord sends it; its application_id must equal the path',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    request: {
      // Whatever is wrong with an interaction is 401, so nothing else is checked before the signature.
      query: z.looseObject({}),
      params: z.object({ applicationId: z.string().openapi({ example: '1300000000000000000' }) }),
    },
    responses: {
      200: {
        description: 'Shown by Discord to the user; with a picture in several parts',
        content: {
          'application/json': { schema: InteractionReply },
          'multipart/form-data': {
            schema: z.object({
              payload_json: InteractionReply,
              'files[0]': z.string().openapi({ format: 'binary' }),
            }),
          },
        },
      },
      ...problems('invalid_signature'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const opened = await open(c.env, {
      applicationId: c.req.valid('param').applicationId,
      signature: c.req.header('x-signature-ed25519') ?? '',
      timestamp: c.req.header('x-signature-timestamp') ?? '',
      body: new Uint8Array(await c.req.arrayBuffer()),
      requestId: caller.requestId,
    })
    if (!opened.ok) throw problem(opened.code)
    const scene = sceneOf(c.env, caller, opened.value, {
      origin: new URL(c.req.url).origin,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    })
    const { reply, picture } = await answer(scene, opened.value.payload)
    if (!picture) return c.json(reply, 200)
    return new Response(formOf(reply, picture))
  },
})
