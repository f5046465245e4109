/** A load of one GET over keep-alive connections, bounded in count and in time; raw sockets, so that the client is cheap. */
import { connect, type Socket } from 'node:net'

export type Load = {
  port: number
  path: string
  headers?: Record<string, string>
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

/** Runs the load to its end; `refused` counts everything but 200. */
export async function run(load: Load): Promise<Figures> {
  const { connections, requestsMax, secondsMax } = load
  const latencies: number[] = []
  const startedAt = performance.now()
  let [begun, refused] = [0, 0]
  const goOn = () => begun < requestsMax && performance.now() - startedAt < secondsMax * 1_000
  const one = async () => {
    const socket = await open(load.port)
    const ask = asker(socket, requestText(load))
    while (goOn()) {
      begun += 1
      const at = performance.now()
      if ((await ask()) !== 200) refused += 1
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

function requestText({ path, headers = {}, port }: Load): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join('')}\r\n`
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Sends the request and resolves with the status when the answer is whole. */
function asker(socket: Socket, text: string): () => Promise<number> {
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
  return () =>
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
