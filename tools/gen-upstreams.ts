/** Which Worker answers which part of the public API: out of the routes and the gateway's own service bindings. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'

type Service = {
  binding: string
  service: string
  entrypoint?: string
  props?: { caller?: string }
}
type Methods = { [method: string]: { 'x-coinop-idempotency'?: string } }
type Paths = { worker: string; document: { paths: { [path: string]: Methods } } }

/** `workers/gateway/src/upstreams.gen.ts`: the first segment after /v1, and the binding that answers it. */
export function upstreamsSource(contracts: Paths[], gatewayToml: string): string {
  const bindings = bindingsOf(gatewayToml)
  const upstreams = new Map<string, string>()
  for (const [segment, worker] of [...ownersOf(contracts)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const binding = bindings.get(`coinop-${worker}`)
    if (binding) upstreams.set(segment, binding)
    else if (worker !== 'gateway') {
      throw new Error(
        `The Worker ${worker} answers /v1/${segment}, but wrangler.toml binds no service "coinop-${worker}" ` +
          'with props = { caller = "gateway" } and without an entrypoint. Add it to [[services]].',
      )
    }
  }
  const lines = [...upstreams].map(([segment, binding]) => `  ${keyOf(segment)}: '${binding}',`)
  return [
    '/** Which Worker answers which path: the first segment after /v1, and its binding. Made by `npm run gen`. */',
    'export const upstreams = {',
    ...lines,
    '} as const',
    '',
    '/** The bindings of all Workers, those without a public path too: what `/healthz` asks. */',
    `export const services = [${[...bindings.values()].map((name) => `'${name}'`).join(', ')}] as const`,
    '',
  ].join('\n')
}

export const readGatewayToml = (root: string) => readFileSync(join(root, 'wrangler.toml'), 'utf8')

function ownersOf(contracts: Paths[]): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { worker, document } of contracts) {
    for (const path of Object.keys(document.paths)) {
      const segment = segmentOf(worker, path)
      if (segment === undefined) continue
      const owner = owners.get(segment) ?? worker
      if (owner !== worker) {
        throw new Error(
          `/v1/${segment} is claimed by two Workers: ${owner} and ${worker}. Rename one of the paths.`,
        )
      }
      owners.set(segment, worker)
    }
  }
  return owners
}

/** Only the gateway itself answers outside /v1. */
function segmentOf(worker: string, path: string): string | undefined {
  const [, segment] = /^\/v1\/([^/{]+)/.exec(path) ?? []
  if (segment === undefined && worker !== 'gateway') {
    throw new Error(
      `${path} of the Worker ${worker} does not begin with /v1/ and a name, so no request reaches it.`,
    )
  }
  return segment
}

function bindingsOf(gatewayToml: string): Map<string, string> {
  const { services = [] } = parse(gatewayToml) as { services?: Service[] }
  const forwarded = services.filter(
    ({ entrypoint, props }) => !entrypoint && props?.caller === 'gateway',
  )
  return new Map(forwarded.map(({ service, binding }) => [service, binding]))
}

const keyOf = (segment: string) => (/^[A-Za-z_]\w*$/.test(segment) ? segment : `'${segment}'`)
