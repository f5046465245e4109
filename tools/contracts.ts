/** OpenAPI documents out of the routes: one per Worker, and all of them in one. */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Access } from '@coinop/shared/access'
import type { Idempotency, Route } from '@coinop/shared/route'

/** A piece of JSON Schema; looked into only where a tool needs it. */
export type Schema = { [keyword: string]: unknown }
export type Parameter = { name: string; in: string; required?: boolean; schema?: Schema }
export type Content = { [media: string]: { schema?: Schema } }
export type Answer = {
  description?: string
  required?: boolean
  headers?: object
  content?: Content
}
export type Operation = {
  operationId: string
  summary?: string
  description?: string
  tags?: string[]
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content?: Content }
  responses: { [status: string]: Answer }
  'x-coinop-access': Access
  'x-coinop-idempotency': Idempotency
  'x-coinop-body-bytes-max'?: number
}
export type Components = { [kind: string]: { [name: string]: object } }
export type OpenApi = {
  openapi: string
  info: { title: string; version: string; description?: string }
  servers?: object[]
  tags?: { name: string; description: string }[]
  components: Components
  paths: { [path: string]: { [method: string]: Operation } }
}
export type Contract = { worker: string; routes: readonly Route[]; document: OpenApi }

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The contract of every Worker that has `routes/index.ts`, in the order of their names. */
export async function readContracts(root: string): Promise<Contract[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const files = globSync('workers/*/src/routes/index.ts', { cwd: root }).toSorted()
  const contracts: Contract[] = []
  for (const file of files) {
    const worker = basename(dirname(dirname(dirname(file))))
    const routes = await importRoutes(join(root, file))
    contracts.push({ worker, routes, document: documentOf(worker, version, routes) })
  }
  return contracts
}

async function importRoutes(file: string): Promise<readonly Route[]> {
  try {
    const { routes } = (await import(pathToFileURL(file).href)) as { routes?: readonly Route[] }
    if (!routes) throw new Error('It exports no `routes`.')
    return routes
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const hint = 'Routes must load in plain Node: no `cloudflare:*`, not even indirectly.'
    throw new Error(`${file} cannot be read: ${reason}\n${hint}`, { cause: error })
  }
}

/** One Worker's contract, in an order that depends on nothing but its content. */
export function documentOf(worker: string, version: string, routes: readonly Route[]): OpenApi {
  const app = new OpenAPIHono()
  for (const { route } of routes) app.openAPIRegistry.registerPath(route)
  const raw = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: `Coinop: ${worker}`, version },
  }) as unknown as OpenApi
  assertUniqueIds(worker, raw)
  const operations = operationsOf(raw)
  for (const { operation } of operations) complete(worker, operation)
  return ordered({
    ...raw,
    servers: [{ url: '/', description: 'The host that serves this document' }],
    components: {
      ...raw.components,
      securitySchemes,
      ...(operations.some(({ operation }) => isRepeatable(operation)) && {
        headers: { 'Idempotency-Replayed': replayedHeader },
      }),
    },
  })
}

/** All contracts in one document. The same name with two meanings is an error. */
export function mergeContracts(contracts: Contract[]): OpenApi {
  const merged: OpenApi = {
    openapi: '3.1.0',
    info: {
      title: 'Coinop',
      version: contracts[0]?.document.info.version ?? '0.0.0',
      description:
        'Accounts, wallets, a shop and provably fair games for Discord bots and indie games. With `Coinop-Cost: 1` in a request the answer says in `Coinop-Rows-Read` and `Coinop-Rows-Written` what it cost, in rows of databases; what the gateway answers itself, and a live feed, do not.',
    },
    servers: [{ url: '/', description: 'The host that serves this document' }],
    tags: contracts
      .filter(({ routes }) => routes.length > 0)
      .map(({ worker }) => ({ name: worker, description: `Answered by the Worker ${worker}` })),
    components: {},
    paths: {},
  }
  for (const { worker, document } of contracts) {
    for (const [kind, parts] of Object.entries(document.components)) {
      addAll(
        (merged.components[kind] ??= {}),
        parts,
        (name) => `${kind} ${name}, again in ${worker}`,
      )
    }
    for (const [path, operations] of Object.entries(document.paths)) {
      addAll(
        (merged.paths[path] ??= {}),
        operations,
        (name) => `${name} ${path}, again in ${worker}`,
      )
    }
  }
  assertUniqueIds('all Workers', merged)
  return ordered(merged)
}

/** Every operation of a document with its method and path. */
export function operationsOf(document: OpenApi) {
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
  )
}

function addAll<T extends object>(
  into: { [name: string]: T },
  parts: { [name: string]: T },
  describe: (name: string) => string,
): void {
  for (const [name, part] of Object.entries(parts)) {
    const known = into[name]
    if (known && JSON.stringify(known) !== JSON.stringify(part)) {
      throw new Error(`One name, two meanings: ${describe(name)}. Rename one of them.`)
    }
    into[name] = part
  }
}

function assertUniqueIds(where: string, document: OpenApi): void {
  const seen = new Set<string>()
  for (const { path, method, operation } of operationsOf(document)) {
    const { operationId } = operation
    if (!operationId) throw new Error(`${method.toUpperCase()} ${path} has no operationId.`)
    if (seen.has(operationId)) throw new Error(`${operationId} is there twice in ${where}.`)
    seen.add(operationId)
  }
}

const isRepeatable = (operation: Operation) => operation['x-coinop-idempotency'] !== 'none'

/** Adds what follows from the declarations: the tag, the Idempotency-Key, and the header of a replay. */
function complete(worker: string, operation: Operation): void {
  operation.tags = [worker]
  for (const answer of Object.values(operation.responses)) {
    answer.description ||= 'Done'
    // `json()` says it for request bodies; a response has no such field.
    delete answer.required
  }
  if (!isRepeatable(operation)) return
  const required = operation['x-coinop-idempotency'] === 'required'
  operation.parameters = [...(operation.parameters ?? []), idempotencyKey(required)]
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (!status.startsWith('2')) continue
    const replayed = { $ref: '#/components/headers/Idempotency-Replayed' }
    answer.headers = { ...answer.headers, 'Idempotency-Replayed': replayed }
  }
}

const idempotencyKey = (required: boolean) => ({
  name: 'Idempotency-Key',
  in: 'header',
  required,
  description: 'Makes the request safe to repeat: the same key answers with the first answer.',
  schema: { type: 'string', minLength: 1, maxLength: 257, pattern: '^[!-~]+$' },
  example: 'my-request-1',
})

const replayedHeader = {
  description: 'Present when this is the answer to an earlier request with the same key',
  required: false,
  schema: { type: 'string', const: 'true' },
}

const securitySchemes = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'A secret or a publishable key of a project; also accepted as a bearer token.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "A player's or a member's access token.",
  },
}

const position = new Map<string, number>(methods.map((method, index) => [method, index]))

/** Paths, methods, statuses and components in one order, so that a diff shows changes only. */
function ordered(document: OpenApi): OpenApi {
  const { openapi, info, servers, tags, components, paths } = document
  const sortedPaths = sortKeys(paths, (byMethod) =>
    Object.fromEntries(
      Object.entries(byMethod).toSorted(
        ([a], [b]) => (position.get(a) ?? 9) - (position.get(b) ?? 9),
      ),
    ),
  )
  return {
    openapi,
    info,
    ...(servers && { servers }),
    ...(tags && { tags }),
    paths: sortedPaths,
    components: sortKeys(components, (parts) => sortKeys(parts)),
  }
}

function sortKeys<T>(record: { [name: string]: T }, change = (value: T) => value) {
  const entries = Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
  // No parts, no key: an empty `schemas` says nothing.
  return Object.fromEntries(entries.map(([name, value]) => [name, change(value)]))
}
