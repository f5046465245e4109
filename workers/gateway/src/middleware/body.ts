/** Bounds what a client may send, counted while it streams: 64 KiB, 32 levels of JSON and 1,000 keys; more where an operation takes many things at once. */
import { Problem } from '@coinop/shared/problem'
import type { Exchange, Step } from '../exchange.ts'

export const bodyBytesMax = 65_536
const depthMax = 32
const keysMax = 1_000
/** Of an operation that declares a larger body. */
const batchKeysMax = 32_000

/** Keeps the whole body for the Worker that answers. */
export const body: Step = (exchange) => {
  const { method, request, headers } = exchange
  // A body of a GET means nothing, so it goes no further.
  if (method === 'GET' || method === 'HEAD' || !request.body) return undefined
  const bytesMax = exchange.matched?.bodyBytesMax ?? bodyBytesMax
  const declared = Number(headers.get('content-length') ?? 0)
  if (declared > bytesMax) throw new Problem('payload_too_large')
  // One of a declared length ends there, so it is read at once; that costs a fifth of counting it while it streams.
  return keep(
    exchange,
    declared > 0 ? readWhole(request, bytesMax) : readBounded(request.body, bytesMax),
    bytesMax,
  )
}

async function keep(
  exchange: Exchange,
  reading: Promise<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): Promise<undefined> {
  const bytes = await reading
  // Discord's bytes are checked against their signature before anything else is said about them.
  if (exchange.binding !== 'DISCORD')
    boundJson(new TextDecoder().decode(bytes), bytesMax > bodyBytesMax ? batchKeysMax : keysMax)
  exchange.body = bytes
}

async function readWhole(request: Request, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.length > bytesMax) throw new Problem('payload_too_large')
  return bytes
}

async function readBounded(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.byteLength
    if (length > bytesMax) throw new Problem('payload_too_large')
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

const depthChange: Record<string, number> = { '{': 1, '[': 1, '}': -1, ']': -1 }

/** Counts brackets and colons outside strings, in one pass: cheaper than parsing, and right for all valid JSON. */
function boundJson(text: string, most: number): void {
  let [depth, keys, inString] = [0, 0, false]
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (character === '"') inString = !inString
    // Inside a string, whatever follows a backslash is not the end.
    else if (inString) index += character === '\\' ? 1 : 0
    else if (character === ':') keys += 1
    else depth += depthChange[character] ?? 0
    if (depth > depthMax || keys > most) throw new Problem('malformed_json')
  }
}
