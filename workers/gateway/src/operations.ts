/** Finds the operation of a request in the table that the contracts give. */
import type { OperationClass } from '@coinop/billing/plans'
import { operations } from './operations.gen.ts'

export type Operation = { operationId: string; class: OperationClass; bodyBytesMax?: number }
type Node = { named: Map<string, Node>; any: Node | undefined; methods: Map<string, Operation> }

const root = newNode()
/** Those without a parameter, by the whole path: most requests are found at once. */
const literals = new Map<string, Map<string, Operation>>()
for (const { method, path, class: name, ...operation } of operations) {
  let node = root
  for (const segment of path.split('/').slice(1)) {
    const isParameter = segment.startsWith('{')
    const next = (isParameter ? node.any : node.named.get(segment)) ?? newNode()
    if (isParameter) node.any = next
    else node.named.set(segment, next)
    node = next
  }
  node.methods.set(method, { ...operation, class: name })
  if (!path.includes('{')) literals.set(path, node.methods)
}

/** The operation; undefined for a path or a method that nobody answers. A literal segment goes before a parameter. */
export function operationOf(method: string, pathname: string): Operation | undefined {
  const asked = method === 'HEAD' ? 'GET' : method
  const literal = literals.get(pathname)
  if (literal) return literal.get(asked)
  let node: Node | undefined = root
  for (const segment of pathname.split('/').slice(1)) {
    node = node.named.get(segment) ?? node.any
    if (!node) return undefined
  }
  return node.methods.get(asked)
}

function newNode(): Node {
  return { named: new Map(), any: undefined, methods: new Map() }
}
