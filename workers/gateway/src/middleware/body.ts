/** Bounds what a client may send: 64 KiB, counted while it streams, 32 levels of JSON and 1,000 keys; more in a batch. */
import { Problem } from '@coinop/shared/problem'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { bindingOf } from '../forward.ts'

export const bodyBytesMax = 65_536
const depthMax = 32
const keysMax = 1_000
/** Where many things are sent at once, by path. */
const batches: Record<string, { bytesMax: number; keysMax: number }> = {
  '/v1/items/import': { bytesMax: 262_144, keysMax: 32_000 },
}

/** Keeps the whole body in `c.req.raw` for the Worker that answers. */
export const body: MiddlewareHandler<AppEnv> = async (c, next) => {
  const stream = c.req.raw.body
  // A body of a GET means nothing, so it goes no further.
  if (!stream || c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const declared = Number(c.req.header('content-length') ?? 0)
  const limits = batches[c.req.path] ?? { bytesMax: bodyBytesMax, keysMax }
  if (declared > limits.bytesMax) throw new Problem('payload_too_large')
  const bytes = await readBounded(stream, limits.bytesMax)
  // Discord's bytes are checked against their signature before anything else is said about them.
  if (bindingOf(c.req.path) !== 'DISCORD') {
    boundJson(new TextDecoder().decode(bytes), limits.keysMax)
  }
  c.set('body', bytes)
  await next()
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
