/** The client of the benchmarks, against a server that remembers what it was asked. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from './load.ts'

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string; port: number }
let asked: Asked[] = []
const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { method, url, headers, socket } = request
    asked.push({ method, url, headers, body, port: socket.remotePort ?? 0 })
    response.writeHead(url === '/refused' ? 409 : 201).end(`{"name":"${'é'.repeat(40_000)}"}`)
  })
})
const bounds = { connections: 4, requestsMax: 40, secondsMax: 60, status: 201 }
const port = () => (server.address() as AddressInfo).port

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
beforeEach(() => (asked = []))
afterAll(() => new Promise((done) => server.close(done)))

test('every write has its own key and body, over connections that stay open', async () => {
  const figures = await run({
    ...bounds,
    port: port(),
    path: '/v1/transfer',
    each: (index) => ({
      headers: { 'idempotency-key': `k-${index}` },
      json: { memo: `é${index}` },
    }),
  })
  expect(figures).toMatchObject({ requests: 40, refused: 0 })
  expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(40)
  expect(new Set(asked.map(({ port }) => port)).size).toBe(4)
  for (const { method, url, headers, body } of asked) {
    const number = String(headers['idempotency-key']).slice(2)
    expect({ method, url, body }).toEqual({
      method: 'POST',
      url: '/v1/transfer',
      body: `{"memo":"é${number}"}`,
    })
  }
})

test('an answer of another status is counted as refused', async () => {
  const path = (index: number) => ({ path: index % 4 === 0 ? '/refused' : '/fine' })
  const figures = await run({ ...bounds, port: port(), path: '', each: path })
  expect(figures).toMatchObject({ requests: 40, refused: 10 })
  expect(asked.every(({ method }) => method === 'GET')).toBe(true)
})
