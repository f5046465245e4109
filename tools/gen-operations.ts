/** Which operation a method and a path are, and what the gateway must know of it: out of the contracts. */
import { type Contract, operationsOf } from './contracts.ts'

type Row = {
  method: string
  path: string
  operationId: string
  class: string
  bodyBytesMax?: number
}

/** `workers/gateway/src/operations.gen.ts`: every operation under /v1. */
export function operationsSource(contracts: Pick<Contract, 'document'>[]): string {
  const rows = contracts.flatMap(({ document }) => rowsOf(document))
  const lines = rows
    .toSorted((a, b) => (a.operationId < b.operationId ? -1 : 1))
    .map((row) => `  ${JSON.stringify(row)},`)
  return [
    '/** Every operation under /v1, with what the quota counts it as. Made by `npm run gen`. */',
    'export const operations = [',
    ...lines,
    '] as const',
    '',
  ].join('\n')
}

function rowsOf(document: Contract['document']): Row[] {
  return operationsOf(document)
    .filter(({ path }) => path.startsWith('/v1/'))
    .map(({ path, method, operation }) => {
      const { operationId, 'x-coinop-idempotency': idempotency } = operation
      const bodyBytesMax = operation['x-coinop-body-bytes-max']
      return {
        method: method.toUpperCase(),
        path,
        operationId,
        class: classOf(method, idempotency),
        ...(bodyBytesMax !== undefined && { bodyBytesMax }),
      }
    })
}

/** Where an Idempotency-Key is required money or items move. */
function classOf(method: string, idempotency: unknown): string {
  if (method === 'get') return 'read'
  return idempotency === 'required' ? 'money' : 'write'
}
