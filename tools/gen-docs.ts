/** The reference in `docs/`: every error code and every operation, out of the contracts. */
import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeKinds } from '@coinop/shared/access'
import {
  commonProblems,
  type ProblemCatalogue,
  type ProblemDefinition,
} from '@coinop/shared/problem'
import { type Contract, operationsOf, type Operation } from './contracts.ts'

type Code = ProblemDefinition & { code: string; workers: string[]; operations: string[] }

const generated = '<!-- Made by `npm run gen`; changes belong into the source it names. -->'

/** `docs/errors.md`. A problem's `type` points to the anchor of its code. */
export async function errorsPage(root: string, contracts: Contract[]): Promise<string> {
  const codes = await readCodes(root)
  for (const contract of contracts) {
    for (const { operation } of operationsOf(contract.document)) {
      for (const code of codesOf(operation))
        named(codes, code, operation).operations.push(operation.operationId)
    }
  }
  const sorted = [...codes.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))
  return `# Errors

${generated}

Every refusal is \`application/problem+json\` (RFC 9457). \`code\` is stable: decide by it, not by the status or the text.
\`fix\` says what to do next, \`errors\` which fields are wrong, \`requestId\` finds the request in the logs.

| Code | Status | What happened |
|---|---|---|
${sorted.map(({ code, status, title }) => `| [\`${code}\`](#${code}) | ${status} | ${title} |`).join('\n')}

${sorted.map(sectionOf).join('\n')}`
}

function sectionOf({ code, status, title, fix, workers, operations }: Code): string {
  const answeredBy = operations.map((id) => `[\`${id}\`](api.md#${anchorOf(id)})`)
  const where = answeredBy.length > 0 ? answeredBy.join(', ') : everywhere(workers)
  return `## ${code}

Status ${status}: ${title}

- **What to do:** ${fix}
- **Answered by:** ${where}
`
}

const everywhere = (workers: string[]) =>
  workers.includes('any') ? 'any path, before an operation is found' : workers.join(', ')

async function readCodes(root: string): Promise<Map<string, Code>> {
  const codes = new Map<string, Code>()
  const add = (worker: string, catalogue: ProblemCatalogue) => {
    for (const [code, definition] of Object.entries(catalogue)) {
      const known = codes.get(code)
      if (known && (known.status !== definition.status || known.title !== definition.title)) {
        throw new Error(
          `The code ${code} of ${worker} means something else in ${known.workers.join(', ')}.`,
        )
      }
      if (known) known.workers.push(worker)
      else codes.set(code, { code, ...definition, workers: [worker], operations: [] })
    }
  }
  add('any', commonProblems)
  for (const path of globSync('workers/*/src/problems.ts', { cwd: root }).toSorted()) {
    const { catalogue } = (await import(pathToFileURL(join(root, path)).href)) as {
      catalogue: ProblemCatalogue
    }
    add(basename(dirname(dirname(path))), catalogue)
  }
  return codes
}

function named(codes: Map<string, Code>, code: string, { operationId }: Operation): Code {
  const known = codes.get(code)
  if (known) return known
  throw new Error(`${operationId} declares the code ${code}, which no problems.ts defines.`)
}

/** A problem response lists its codes as its description; see `defineProblems`. */
function codesOf({ responses }: Operation): string[] {
  return Object.values(responses).flatMap(({ description = '', content }) =>
    content?.['application/problem+json'] ? description.split(', ') : [],
  )
}

/** `docs/api.md`: one row and one section per operation. */
export function apiPage(contracts: Contract[]): string {
  const parts = contracts.filter(({ routes }) => routes.length > 0)
  return `# Operations

${generated}

The contract is [contracts/openapi.json](../contracts/openapi.json); a running system serves it at \`/openapi.json\` and a reference
with a form to try each operation at \`/docs\`. Refusals are listed in [errors.md](errors.md). What a request costs is told to whoever sends
\`Coinop-Cost: 1\`: [costs.md](costs.md#one-request).

${parts.map(tableOf).join('\n')}
${parts.map(sectionsOf).join('\n')}`
}

function tableOf({ worker, document }: Contract): string {
  const rows = operationsOf(document).map(({ path, method, operation }) => {
    const { operationId, summary = '' } = operation
    const address = `\`${method.toUpperCase()} ${path}\``
    const name = `[\`${operationId}\`](#${anchorOf(operationId)})`
    return `| ${address} | ${name} | ${callersOf(operation)} | ${operation['x-coinop-idempotency']} | ${summary} |`
  })
  return `## ${worker}

| Request | Operation | Who may call | Idempotency-Key | What it does |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function sectionsOf({ worker, document }: Contract): string {
  return operationsOf(document)
    .map(({ path, method, operation }) => {
      const { operationId, description = '' } = operation
      const source = `../workers/${worker}/src/routes/${operationId}.ts`
      const codes = codesOf(operation).map((code) => `[\`${code}\`](errors.md#${code})`)
      return `### ${operationId}

\`${method.toUpperCase()} ${path}\` ([source](${source})). ${description}
${bodyOf(operation, document)}
Refused with ${codes.join(', ')}.
`
    })
    .join('\n')
}

type Schema = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  title?: string
}

/** The fields of the body, in one line each variant; those with a question mark may be left out. */
function bodyOf(operation: Operation, document: Contract['document']): string {
  const { requestBody } = operation as {
    requestBody?: { content?: Record<string, { schema?: Schema }> }
  }
  const given = requestBody?.content?.['application/json']?.schema
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>
  const schema = given?.$ref ? schemas[given.$ref.split('/').at(-1) ?? ''] : given
  const variants = (schema?.anyOf ?? [schema]).flatMap((each) => (each?.properties ? [each] : []))
  const lines = variants.map(({ title, properties = {}, required = [] }) => {
    const fields = Object.keys(properties).map(
      (name) => `\`${name}${required.includes(name) ? '' : '?'}\``,
    )
    return `\nBody${title ? ` for ${title}` : ''}: ${fields.join(', ')}.\n`
  })
  return lines.join('')
}

function callersOf(operation: Operation): string {
  const { kinds, scope, permission } = operation['x-coinop-access']
  if (kinds.includes('anonymous')) return 'anyone'
  const needed = [scope, permission].flatMap((name) => (name ? [`\`${name}\``] : []))
  return `${describeKinds(kinds)}${needed.length > 0 ? ` (${needed.join(', ')})` : ''}`
}

/** How GitHub makes an anchor of a heading. */
export const anchorOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
