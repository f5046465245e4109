/** Every operation of the merged contract: who may call it, what it refers to, and a valid request for it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Access } from '../packages/shared/src/access.ts'
import { repository } from '../tools/workers.ts'

export type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  pattern?: string
  format?: string
  example?: unknown
  minLength?: number
  maxLength?: number
  minimum?: number
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}
type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: Schema
}
type Content = { content?: Record<string, { schema: Schema }> }
type Described = {
  operationId: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: Content
  responses: Record<string, Content>
  'x-coinop-access': Access
}

/** Something in a request that names a thing of some project or tenant. */
export type Reference = { place: 'path' | 'query' | 'body'; name: string; kind: string }
export type Operation = {
  operationId: string
  /** Who answers it. */
  worker: string
  method: string
  path: string
  access: Access
  parameters: Parameter[]
  body: Schema | undefined
  references: Reference[]
  /** The prefix of the id of what it makes; empty when it makes nothing that has one. */
  makes: string
  /** Anybody may call it, so nobody is refused. */
  isOpen: boolean
  /** The gateway looks at credentials before it is reached. */
  takesCredentials: boolean
}

/** The same for everybody, so it belongs to nobody. */
const vocabulary: Record<string, string> = {
  gameId: 'coinflip',
  currency: 'COIN',
  get day() {
    return new Date().toISOString().slice(0, 10)
  },
  // Discord's, and in as many applications as were added to it.
  serverId: '199999999999999999',
}
export const discordServerId = vocabulary['serverId']!
/** Ids of several sorts, of which one stands for all. */
const standsFor: Record<string, string> = { transferId: 'trf' }
/** Names something that only begins to exist, so it refers to nothing. */
const fresh = new Set(['discord-applications.create body applicationId'])

const contract = JSON.parse(readFileSync(join(repository, 'contracts/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}

export const operations: Operation[] = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => operationOf(method, path, described)),
)

function operationOf(method: string, path: string, described: Described): Operation {
  const { operationId, parameters = [], requestBody, responses } = described
  const access = described['x-coinop-access']
  const given = requestBody?.content?.['application/json']?.schema
  const body = given && resolved(given)
  const isSigned = parameters.some(({ name }) => name === 'X-Signature-Ed25519')
  const made = responses['201']?.content?.['application/json']?.schema
  return {
    operationId,
    worker: described.tags[0] ?? '',
    method: method.toUpperCase(),
    path,
    access,
    parameters,
    body,
    references: referencesOf(operationId, parameters, body),
    makes: prefixOf(resolved(made ?? {}).properties?.['id']) ?? '',
    isOpen: access.kinds.includes('anonymous'),
    takesCredentials: path.startsWith('/v1/') && !isSigned,
  }
}

/** Without references, and as its first variant where there are several. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return resolved(contract.components.schemas[name] ?? {})
  }
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(resolved)) as Schema
  const first = (schema.anyOf ?? schema.oneOf)?.[0]
  return first ? resolved(first) : schema
}

function prefixOf(schema: Schema | undefined): string | undefined {
  return /^\^([a-z]{3})_\[/.exec((schema && resolved(schema).pattern) ?? '')?.[1]
}

function referencesOf(
  operationId: string,
  parameters: Parameter[],
  body: Schema | undefined,
): Reference[] {
  const inBody = Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
    place: 'body' as const,
    name,
    schema,
    required: body?.required?.includes(name) ?? false,
  }))
  const all = [...parameters.map((each) => ({ ...each, place: each.in })), ...inBody]
  return all.flatMap(({ place, name, schema, required }) => {
    const prefix = prefixOf(schema)
    const isNamed = place === 'path' || (required && name.endsWith('Id'))
    const { enum: choices, type } = resolved(schema)
    // A number counts within the caller's own project, so it leads nowhere else.
    const refers = prefix !== undefined || (isNamed && !choices && type !== 'integer')
    if (place === 'header' || !refers || name in vocabulary) return []
    return fresh.has(`${operationId} ${place} ${name}`)
      ? []
      : [{ place, name, kind: prefix ?? standsFor[name] ?? name }]
  })
}

/** What a request names: the id for each reference; one without an id is left out where it may be. */
export type Fill = (reference: Reference) => string | undefined
/** The texts of a request: whatever a client may write freely. */
export type Texts = { mark: string; values?: Record<string, unknown> }
export type Built = { method: string; path: string; json?: Record<string, unknown> }

/** A request that the contract allows; throws when it has to name something of which nobody said the id. */
export function build(operation: Operation, fill: Fill, texts: Texts): Built {
  const { method, parameters } = operation
  const valueOf = (place: Reference['place'], name: string, schema: Schema, required: boolean) => {
    const reference = operation.references.find(
      (each) => each.place === place && each.name === name,
    )
    const id = reference && fill(reference)
    if (reference && required && id === undefined) throw unknown(operation, name)
    if (reference) return id
    // A text that need not be given is given all the same: what is planted in it must not come out elsewhere.
    const isWanted =
      required || name in (texts.values ?? {}) || (place === 'body' && isFree(schema))
    return isWanted ? (vocabulary[name] ?? exampleOf(schema, name, texts)) : undefined
  }
  let path = operation.path
  const query = new URLSearchParams()
  for (const { in: place, name, required, schema } of parameters) {
    if (place === 'header') continue
    const value = valueOf(place, name, resolved(schema), required)
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (place === 'query') query.set(name, text)
    else path = path.replace(`{${name}}`, encodeURIComponent(text))
  }
  if (query.size > 0) path = `${path}?${query.toString()}`
  const { properties = {}, required = [] } = operation.body ?? {}
  if (!operation.body) return { method, path }
  const entries = Object.entries(properties).map(([name, schema]) => [
    name,
    valueOf('body', name, resolved(schema), required.includes(name)),
  ])
  return { method, path, json: Object.fromEntries(entries) as Record<string, unknown> }
}

const unknown = ({ operationId }: Operation, name: string) =>
  new Error(
    `${operationId} takes ${name}, and tests/worlds.ts makes no such thing: make one there, ` +
      'so that the matrix can ask for it as a stranger.',
  )

/** Any text will do. */
const isFree = ({ type, pattern, format, enum: choices }: Schema) =>
  [type].flat().includes('string') && !pattern && !format && !choices

let made = 0

/** A value that the schema allows; free texts carry the mark. */
export function exampleOf(given: Schema, name: string, texts: Texts): unknown {
  const schema = resolved(given)
  const { type, enum: choices, example, format, properties, required = [] } = schema
  const known = texts.values?.[name]
  if (known !== undefined) return known
  if (choices) return choices[0]
  const [first] = [type].flat()
  if (first === 'object') {
    const entries = Object.entries(properties ?? {}).filter(([each]) => required.includes(each))
    return Object.fromEntries(entries.map(([each, of]) => [each, exampleOf(of, each, texts)]))
  }
  if (first === 'array') {
    const length = schema.minItems ?? 0
    return Array.from({ length }, () => exampleOf(schema.items ?? {}, name, texts))
  }
  if (first === 'integer' || first === 'number') return schema.minimum ?? 1
  if (first === 'boolean') return true
  if (format === 'email') return `${texts.mark}-${++made}@example.com`
  if (format === 'date-time') return '2030-01-01T00:00:00.000Z'
  if (isFree(schema)) return `${texts.mark}-${name}`.slice(0, schema.maxLength)
  return example ?? matching(schema, name)
}

/** For the few patterns of which the contract shows no example. */
function matching({ pattern = '', minLength = 1 }: Schema, name: string): string {
  const expression = new RegExp(pattern)
  const candidates = ['A', 'a', '0', 'ab', 'x'.repeat(minLength)].flatMap((text) =>
    [1, 17, 26, 32, 43, 64, 128].map((times) => text.repeat(times)),
  )
  const found = candidates.find((candidate) => expression.test(candidate))
  if (found !== undefined) return found
  throw new Error(
    `No text for ${name} is known that matches ${pattern}: give its schema an example.`,
  )
}
