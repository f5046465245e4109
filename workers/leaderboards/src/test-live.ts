/** Clients of a live feed, as anybody would write one: they apply what they are told, and come again from where they were. */
import { createHash } from 'node:crypto'
import { callerHeader } from '@coinop/shared/caller'
import { gatewayBinding } from '@coinop/shared/testing'
import type { LiveEntry, LiveMessage } from './board-commands.ts'
import { positionOf } from './live-stream.ts'
import type { Board } from './test-leaderboards.ts'

export type Way = 'WebSocket' | 'SSE'

export const digestOf = (lines: [string, number][]): string =>
  createHash('sha256').update(JSON.stringify(lines)).digest('hex')

export class LiveClient {
  readonly board: Board
  readonly way: Way
  last: LiveMessage | undefined
  /** What kinds of messages came, in order. */
  readonly heard: LiveMessage['type'][] = []
  private readonly entries = new Map<string, LiveEntry>()
  private hangUp = () => {}

  constructor(board: Board, way: Way) {
    this.board = board
    this.way = way
  }

  get sequence(): number {
    return this.last?.sequence ?? -1
  }

  /** Of the standing as this client knows it. */
  get digest(): string {
    const sorted = [...this.entries.values()].toSorted(
      (left, right) => right.keys[0]! - left.keys[0]! || left.tie - right.tie,
    )
    return digestOf(sorted.map(({ userId, keys }) => [userId, keys[0]!]))
  }

  async connect(): Promise<void> {
    const after = this.last ? `?after=${positionOf(this.last)}` : ''
    const url = `http://worker/v1/leaderboards/${this.board.id}/live${after}`
    const headers = { [callerHeader]: JSON.stringify(this.board.caller) }
    if (this.way === 'WebSocket') return this.openSocket(url, headers)
    return this.openStream(url, { ...headers, accept: 'text/event-stream' })
  }

  /** As when a cable is pulled: what was on its way is lost. */
  kill(): void {
    this.hangUp()
  }

  private async openSocket(url: string, headers: Record<string, string>): Promise<void> {
    const init = { headers: { ...headers, upgrade: 'websocket' } }
    const { webSocket, status } = await gatewayBinding().fetch(url, init)
    if (!webSocket) throw new Error(`The feed answered ${status}.`)
    let isAlive = true
    webSocket.addEventListener('message', ({ data }) => {
      if (isAlive) this.apply(String(data))
    })
    this.hangUp = () => {
      isAlive = false
      webSocket.close(1000)
    }
    webSocket.accept()
  }

  private async openStream(url: string, headers: Record<string, string>): Promise<void> {
    const { body, status } = await gatewayBinding().fetch(url, { headers })
    if (!body || status !== 200) throw new Error(`The feed answered ${status}.`)
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    let isAlive = true
    this.hangUp = () => {
      isAlive = false
      void reader.cancel()
    }
    void this.readEvents(reader, () => isAlive)
  }

  private async readEvents(
    reader: ReadableStreamDefaultReader<string>,
    isAlive: () => boolean,
  ): Promise<void> {
    let text = ''
    for (let part = await reader.read(); !part.done && isAlive(); part = await reader.read()) {
      const events = `${text}${part.value}`.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = event.split('\n').find((line) => line.startsWith('data: '))
        if (data) this.apply(data.slice('data: '.length))
      }
    }
  }

  private apply(data: string): void {
    const message = JSON.parse(data) as LiveMessage
    if (message.type === 'snapshot') this.entries.clear()
    for (const entry of message.entries) this.entries.set(entry.userId, entry)
    for (const userId of message.removed) this.entries.delete(userId)
    this.heard.push(message.type)
    this.last = message
  }
}
