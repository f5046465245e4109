/** Who listens to a board: sockets that may hibernate, each of which knows itself how far it has been told. */
import type { LiveMessage, LiveSeason } from './board-commands.ts'
import type { Board } from './board.ts'
import { liveMessage } from './live-messages.ts'

/** Most subscribers of a board and season. */
export const subscribersMax = 2_000
/** After this long a client has to come again, so that whoever may listen no more does not listen for ever. */
export const connectionMillisecondsMax = 3_600_000
/** Changes within this time are told together. */
export const liveMilliseconds = 250

type Subscriber = LiveSeason & { sequence: number; until: number }
type Read = <T>(ask: (board: Board) => T) => T

const codes = { over: 1000, again: 1012, unexpected: 1008 }

export class BoardLive {
  private readonly ctx: DurableObjectState
  private readonly read: Read
  private readonly clock: () => number

  constructor(ctx: DurableObjectState, read: Read, clock: () => number) {
    this.ctx = ctx
    this.read = read
    this.clock = clock
    // Answered without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  get isHeard(): boolean {
    return this.ctx.getWebSockets().length > 0
  }

  /** When the first season that somebody listens to ends; null when none does. */
  get endsAt(): number | null {
    const ends = this.open().flatMap((each) => subscriberOf(each).endsAt ?? [])
    return ends.length > 0 ? Math.min(...ends) : null
  }

  /** What `live-stream.ts` asks for; 503 when the board has as many subscribers as it may have. */
  answer({ url }: Request): { response: Response; endsAt: number | null } {
    const { searchParams } = new URL(url)
    const season = JSON.parse(searchParams.get('season')!) as LiveSeason
    const after = searchParams.get('after')
    const webSocket = this.subscribe(season, after === null ? undefined : Number(after))
    if (!webSocket) return { response: new Response(null, { status: 503 }), endsAt: null }
    return { response: new Response(null, { status: 101, webSocket }), endsAt: season.endsAt }
  }

  private subscribe(season: LiveSeason, after: number | undefined): WebSocket | undefined {
    if (this.ctx.getWebSockets().length >= subscribersMax) return undefined
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const at = this.clock()
    const message = this.read((board) => liveMessage(board, season, { after, at }))
    const until = at + connectionMillisecondsMax
    this.tell(server, { ...season, sequence: message.sequence, until }, message)
    return client
  }

  /** Tells everybody what they have not been told. */
  send(): void {
    const at = this.clock()
    const messages = new Map<number, LiveMessage>()
    for (const socket of this.open()) {
      const subscriber = subscriberOf(socket)
      const { sequence } = subscriber
      const message =
        messages.get(sequence) ??
        this.read((board) => liveMessage(board, subscriber, { after: sequence, at }))
      messages.set(sequence, message)
      if (message.closed || message.sequence > sequence) this.tell(socket, subscriber, message)
      else if (at >= subscriber.until) close(socket, codes.again, 'reconnect')
    }
  }

  /** Nothing is left to listen to. */
  end(): void {
    for (const socket of this.ctx.getWebSockets()) close(socket, codes.over, 'season_evicted')
  }

  /** Clients say nothing but `ping`. */
  refuse(socket: WebSocket): void {
    close(socket, codes.unexpected, 'Nothing but ping is expected.')
  }

  /** Without those that are told goodbye and have not answered it. */
  private open(): WebSocket[] {
    return this.ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN)
  }

  private tell(socket: WebSocket, subscriber: Subscriber, message: LiveMessage): void {
    const { sequence, closed } = message
    socket.serializeAttachment({ ...subscriber, sequence, ...(closed && { endsAt: null }) })
    try {
      socket.send(JSON.stringify(message))
    } catch {
      // It has gone, and resumes elsewhere from where it was.
      return
    }
    if (closed) return close(socket, codes.over, 'season_closed')
    if (this.clock() >= subscriber.until) close(socket, codes.again, 'reconnect')
  }
}

const subscriberOf = (socket: WebSocket) => socket.deserializeAttachment() as Subscriber

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason)
  } catch {
    // It was closed already.
  }
}
