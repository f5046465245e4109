/** Whether a client of the old contract gets on with the new one: JSON Schemas, as requests and as responses. */
import type { Schema } from './contracts.ts'

/** A request must still be accepted; a response must still be understood. */
export type Direction = 'request' | 'response'
export type Change = { breaking: boolean; where: string; what: string }
/** Schemas by reference, on both sides. */
export type Sides = { before: (ref: string) => Schema; after: (ref: string) => Schema }

type Task = { sides: Sides; direction: Direction; where: string; open: ReadonlySet<string> }

/** Every difference that a client could notice. `where` says what is being compared. */
export function compareSchemas(
  before: Schema,
  after: Schema,
  task: Omit<Task, 'open'> & Partial<Task>,
): Change[] {
  const { open = new Set<string>(), sides, direction, where } = task
  const pair = `${String(before['$ref'])} ${String(after['$ref'])}`
  if (before['$ref'] !== undefined && open.has(pair)) return []
  const inner: Task = { sides, direction, where, open: new Set([...open, pair]) }
  const [old, young] = [flat(before, sides.before), flat(after, sides.after)]
  if (variantsOf(old) || variantsOf(young)) return compareVariants(old, young, inner)
  return [
    ...compareTypes(old, young, inner),
    ...compareValues(old, young, inner),
    ...(direction === 'request' ? compareLimits(old, young, inner) : []),
    ...compareProperties(old, young, inner),
    ...compareItems(old, young, inner),
  ]
}

/** Without references, and with everything that `allOf` asks for in one. */
function flat(schema: Schema, resolve: (ref: string) => Schema): Schema {
  const { $ref: ref, allOf, ...own } = schema
  const parts = [...(typeof ref === 'string' ? [resolve(ref)] : []), ...((allOf ?? []) as Schema[])]
  return Object.assign({}, ...parts.map((part) => flat(part, resolve)), own) as Schema
}

const variantsOf = ({ anyOf, oneOf }: Schema) => (anyOf ?? oneOf) as Schema[] | undefined

/** Each form that one side may send needs a form on the other side that takes it. */
function compareVariants(old: Schema, young: Schema, task: Task): Change[] {
  const [oldForms, youngForms] = [variantsOf(old) ?? [old], variantsOf(young) ?? [young]]
  const fits = (before: Schema, after: Schema) =>
    !compareSchemas(before, after, task).some(({ breaking }) => breaking)
  const { direction, where } = task
  if (direction === 'request') {
    const lost = oldForms.filter((before) => !youngForms.some((after) => fits(before, after)))
    return lost.map((form) => ({
      breaking: true,
      where,
      what: `no longer takes ${describe(form)}`,
    }))
  }
  const added = youngForms.filter((after) => !oldForms.some((before) => fits(before, after)))
  return added.map((form) => ({ breaking: true, where, what: `may now be ${describe(form)}` }))
}

const describe = (schema: Schema) => JSON.stringify(schema).slice(0, 80)

function typesOf({ type }: Schema): string[] | undefined {
  if (type === undefined) return undefined
  return Array.isArray(type) ? (type as string[]) : [type as string]
}

function compareTypes(old: Schema, young: Schema, { direction, where }: Task): Change[] {
  const [sent, taken] = direction === 'request' ? [old, young] : [young, old]
  const taking = typesOf(taken)
  if (!taking) return []
  const sending = typesOf(sent)
  if (!sending) return [{ breaking: true, where, what: `${words[direction].type} any type` }]
  const foreign = sending.filter(
    (type) => !taking.includes(type) && !(type === 'integer' && taking.includes('number')),
  )
  return foreign.map((type) => ({
    breaking: true,
    where,
    what: `${words[direction].type} ${type}`,
  }))
}

const words = {
  request: { type: 'no longer takes', value: 'no longer takes the value' },
  response: { type: 'may now be', value: 'may now have the value' },
}

const valuesOf = ({ enum: list, const: one }: Schema) =>
  (one === undefined ? list : [one]) as unknown[] | undefined

function compareValues(old: Schema, young: Schema, { direction, where }: Task): Change[] {
  const [sent, taken] = direction === 'request' ? [old, young] : [young, old]
  const [sending, taking] = [valuesOf(sent), valuesOf(taken)]
  if (!taking) return []
  if (!sending) return [{ breaking: true, where, what: `${words[direction].value} of any kind` }]
  const lost = sending.filter((value) => !taking.includes(value))
  const gained = taking.filter((value) => !sending.includes(value))
  return [
    ...lost.map((value) => ({
      breaking: true,
      where,
      what: `${words[direction].value} ${String(value)}`,
    })),
    ...(direction === 'request' ? gained : []).map((value) => ({
      breaking: false,
      where,
      what: `takes the value ${String(value)}`,
    })),
  ]
}

const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']

function compareLimits(old: Schema, young: Schema, { where }: Task): Change[] {
  const tightened = (names: string[], isTighter: (before: number, after: number) => boolean) =>
    names.filter((name) => {
      const [before, after] = [old[name], young[name]]
      return typeof after === 'number' && (typeof before !== 'number' || isTighter(before, after))
    })
  const changed = ['pattern', 'format', 'multipleOf'].filter(
    (name) => young[name] !== undefined && young[name] !== old[name],
  )
  const names = [
    ...tightened(upper, (before, after) => after < before),
    ...tightened(lower, (before, after) => after > before),
    ...changed,
  ]
  return names.map((name) => ({
    breaking: true,
    where,
    what: `${name} is now ${JSON.stringify(young[name])}, was ${JSON.stringify(old[name]) ?? 'open'}`,
  }))
}

const propertiesOf = ({ properties }: Schema) => (properties ?? {}) as { [name: string]: Schema }
const requiredOf = ({ required }: Schema) => new Set((required ?? []) as string[])

function compareProperties(old: Schema, young: Schema, task: Task): Change[] {
  const [before, after] = [propertiesOf(old), propertiesOf(young)]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) => {
    const [was, is] = [before[name], after[name]]
    const inner = { ...task, where: `${task.where}.${name}` }
    if (was && is) {
      return [
        ...compareRequired(requiredOf(old).has(name), requiredOf(young).has(name), inner),
        ...compareSchemas(was, is, inner),
      ]
    }
    if (was) return removed(young, inner)
    const breaking = task.direction === 'request' && requiredOf(young).has(name)
    return [{ breaking, where: inner.where, what: breaking ? 'is new and required' : 'is new' }]
  })
}

function removed(young: Schema, { direction, where }: Task): Change[] {
  // An unknown field is refused where the schema is closed, and ignored where it is open.
  const breaking = direction === 'response' || young['additionalProperties'] === false
  return [{ breaking, where, what: 'is gone' }]
}

function compareRequired(was: boolean, is: boolean, { direction, where }: Task): Change[] {
  if (was === is) return []
  const what = is ? 'is now required' : 'is now optional'
  return [{ breaking: is === (direction === 'request'), where, what }]
}

function compareItems(old: Schema, young: Schema, task: Task): Change[] {
  return ['items', 'additionalProperties'].flatMap((keyword) => {
    const [was, is] = [old[keyword], young[keyword]]
    const where = `${task.where}[]`
    if (isSchema(was) && isSchema(is)) return compareSchemas(was, is, { ...task, where })
    return []
  })
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null
