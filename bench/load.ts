/** A load of requests over keep-alive connections, bounded in count and in time; raw sockets, so that the client is cheap. */
import { connect, type Socket } from 'node:net'

export type Request = { path: string; headers?: Record<string, string>; json?: object }
export type Load = Request & {
  port: number
  /** What differs in the request of this number; without it all are the same. */
  each?: (index: number) => Partial<Request>
  /** The status that counts as success; without it 200. */
  status?: number
  connections: number
  requestsMax: number
  secondsMax: number
}
export type Figures = {
  requests: number
  refused: number
  perSecond: number
  p50Milliseconds: number
  p99Milliseconds: number
}

/** Runs the load to its end; a request with `json` is a POST; `refused` counts every answer of another status. */
export async function run(load: Load): Promise<Figures> {
  const { connections, requestsMax, secondsMax, status = 200 } = load
  const textOf = texts(load)
  const latencies: number[] = []
  const startedAt = performance.now()
  let [begun, refused] = [0, 0]
  const goOn = () => begun < requestsMax && performance.now() - startedAt < secondsMax * 1_000
  const one = async () => {
    const socket = await open(load.port)
    const ask = asker(socket)
    while (goOn()) {
      const text = textOf(begun)
      begun += 1
      const at = performance.now()
      if ((await ask(text)) !== status) refused += 1
      latencies.push(performance.now() - at)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, one))
  const seconds = (performance.now() - startedAt) / 1_000
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    requests: sorted.length,
    refused,
    perSecond: Math.round(sorted.length / seconds),
    p50Milliseconds: quantile(sorted, 0.5),
    p99Milliseconds: quantile(sorted, 0.99),
  }
}

const quantile = (sorted: number[], part: number) =>
  Number((sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(2))

/** The text of each request by its number. */
function texts({ port, path, headers, json, each }: Load): (index: number) => string {
  const same = { path, ...(headers && { headers }), ...(json && { json }) }
  if (each) return (index) => requestText(port, { ...same, ...each(index) })
  const text = requestText(port, same)
  return () => text
}

function requestText(port: number, { path, headers = {}, json }: Request): string {
  const body = json === undefined ? '' : JSON.stringify(json)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  if (json !== undefined) {
    lines.push(
      'content-type: application/json\r\n',
      `content-length: ${Buffer.byteLength(body)}\r\n`,
    )
  }
  const method = json === undefined ? 'GET' : 'POST'
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join('')}\r\n${body}`
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Sends a request and resolves with the status when the answer is whole. */
function asker(socket: Socket): (text: string) => Promise<number> {
  let received = ''
  let answered: ((status: number) => void) | undefined
  let failed: ((error: Error) => void) | undefined
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    if (!isWhole(received)) return
    const status = Number(received.slice(9, 12))
    received = ''
    answered?.(status)
  })
  socket.on('close', () => failed?.(new Error('The server closed the connection.')))
  return (text) =>
    new Promise((resolve, reject) => {
      answered = resolve
      failed = reject
      socket.write(text)
    })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end).toLowerCase()
  const [, length] = /\r\ncontent-length: (\d+)/.exec(head) ?? []
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length)
}
