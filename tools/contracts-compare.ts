/** What changed between two contracts, operation by operation, and whether it breaks a client. */
import type { Access } from '@coinop/shared/access'
import {
  type OpenApi,
  operationsOf,
  type Answer,
  type Operation,
  type Parameter,
  type Schema,
} from './contracts.ts'
import { type Change, compareSchemas, type Direction, type Sides } from './contracts-schema.ts'

type Pair<T> = { was: T; is: T }
type Task = { sides: Sides; where: string }

/** Breaking changes first. A path parameter may change its name. */
export function compareContracts(before: OpenApi, after: OpenApi): Change[] {
  const [old, young] = [byAddress(before), byAddress(after)]
  const sides = { before: resolver(before), after: resolver(after) }
  const changes = [...new Set([...old.keys(), ...young.keys()])].toSorted().flatMap((address) => {
    const [was, is] = [old.get(address), young.get(address)]
    if (!was) return [{ breaking: false, where: address, what: 'is new' }]
    if (!is) return [{ breaking: true, where: address, what: 'is gone' }]
    return compareOperations({ was, is }, { sides, where: address })
  })
  return changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking))
}

const byAddress = (document: OpenApi) =>
  new Map(
    operationsOf(document).map(({ path, method, operation }) => [
      `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
      operation,
    ]),
  )

const resolver = (document: OpenApi) => (ref: string) => {
  const part = ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (node, key) => (node as { [key: string]: unknown } | undefined)?.[key],
      document,
    )
  if (part === undefined) throw new Error(`${ref} leads nowhere.`)
  return part as Schema
}

function compareOperations({ was, is }: Pair<Operation>, task: Task): Change[] {
  const { where } = task
  const renamed = `is called ${is.operationId}, was ${was.operationId}`
  return [
    ...(was.operationId === is.operationId ? [] : [{ breaking: true, where, what: renamed }]),
    ...compareAccess({ was: was['x-coinop-access'], is: is['x-coinop-access'] }, where),
    ...compareParameters({ was: was.parameters ?? [], is: is.parameters ?? [] }, task),
    ...compareBodies({ was, is }, task),
    ...compareResponses({ was: was.responses, is: is.responses }, task),
  ]
}

function compareAccess({ was, is }: Pair<Access | undefined>, where: string): Change[] {
  if (!was || !is) return []
  const lost = was.kinds.filter((kind) => !is.kinds.includes(kind))
  const gained = is.kinds.filter((kind) => !was.kinds.includes(kind))
  const what = is.scope === undefined ? 'takes no scope any more' : `takes the scope ${is.scope}`
  const scope = { breaking: is.scope !== undefined, where, what }
  return [
    ...lost.map((kind) => ({ breaking: true, where, what: `is closed to ${kind}` })),
    ...gained.map((kind) => ({ breaking: false, where, what: `is open to ${kind}` })),
    ...(was.scope === is.scope ? [] : [scope]),
  ]
}

function compareParameters({ was, is }: Pair<Parameter[]>, { sides, where }: Task): Change[] {
  const [old, young] = [named(was), named(is)]
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((name) => {
    const [before, after] = [old.get(name), young.get(name)]
    const place = `${where} ${name}`
    if (before && after) {
      const required = !before.required && after.required === true
      return [
        ...(required ? [{ breaking: true, where: place, what: 'is now required' }] : []),
        ...compareSchemas(before.schema ?? {}, after.schema ?? {}, {
          sides,
          direction: 'request',
          where: place,
        }),
      ]
    }
    if (after) {
      const breaking = after.required === true
      return [{ breaking, where: place, what: breaking ? 'is new and required' : 'is new' }]
    }
    // A query is closed: a parameter it does not know is refused. A header it does not know is not read.
    return [{ breaking: before?.in === 'query', where: place, what: 'is gone' }]
  })
}

/** Path parameters by their position, the others by their name. */
function named(parameters: Parameter[]): Map<string, Parameter> {
  let position = 0
  const nameOf = ({ in: place, name }: Parameter) =>
    place === 'path'
      ? `path ${++position}`
      : `${place} ${place === 'header' ? name.toLowerCase() : name}`
  return new Map(parameters.map((parameter) => [nameOf(parameter), parameter]))
}

function compareBodies({ was, is }: Pair<Operation>, { sides, where }: Task): Change[] {
  const [old, young] = [was.requestBody, is.requestBody]
  const place = `${where} body`
  if (!young) return old ? [{ breaking: false, where: place, what: 'is gone' }] : []
  const required = young.required === true && old?.required !== true
  return [
    ...(required ? [{ breaking: true, where: place, what: 'is now required' }] : []),
    ...(old ? compareContents({ was: old, is: young }, { sides, where: place }, 'request') : []),
  ]
}

function compareResponses({ was, is }: Pair<Operation['responses']>, task: Task): Change[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((status) => {
    const [old, young] = [was[status], is[status]]
    const inner = { ...task, where: `${task.where} ${status}` }
    // A client must know how a success looks; a refusal more or less is read like the others.
    const breaking = !/^[45]/.test(status)
    if (!old) return [{ breaking, where: inner.where, what: 'is new' }]
    if (!young) return [{ breaking, where: inner.where, what: 'is gone' }]
    return [
      ...compareHeaders({ was: old, is: young }, inner.where),
      ...compareContents({ was: old, is: young }, inner, 'response'),
    ]
  })
}

const compareHeaders = ({ was, is }: Pair<Answer>, where: string): Change[] =>
  Object.keys(was.headers ?? {})
    .filter((name) => !(name in (is.headers ?? {})))
    .map((name) => ({ breaking: true, where: `${where} ${name}`, what: 'is gone' }))

function compareContents(
  { was, is }: Pair<Pick<Answer, 'content'>>,
  task: Task,
  direction: Direction,
): Change[] {
  return Object.entries(was.content ?? {}).flatMap(([media, { schema = {} }]) => {
    const young = is.content?.[media]
    if (!young) return [{ breaking: true, where: `${task.where} ${media}`, what: 'is gone' }]
    return compareSchemas(schema, young.schema ?? {}, { ...task, direction })
  })
}
