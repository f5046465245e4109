/** PNG out of pixels. The runtime has the compression; the rest is four chunks. Source: https://www.w3.org/TR/png-3/ */
import { crc32 } from 'node:zlib'
import type { Canvas } from './canvas.ts'

const signature = [137, 80, 78, 71, 13, 10, 26, 10]
const channels = 3
/** Each row says how it differs from the one above: areas of one colour become zeros. */
const filterUp = 2

export async function toPng(canvas: Canvas): Promise<Uint8Array> {
  const { width, height } = canvas
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  // 8 bits a channel, red green blue, the only compression and filtering there is, not interlaced.
  ;[8, 2, 0, 0, 0].forEach((value, index) => header.setUint8(8 + index, value))
  const parts = [
    new Uint8Array(signature),
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', await deflated(filtered(canvas))),
    chunk('IEND', new Uint8Array()),
  ]
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

function filtered({ width, height, pixels }: Canvas): Uint8Array {
  const row = width * channels
  const bytes = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y++) {
    bytes[y * (row + 1)] = filterUp
    for (let x = 0; x < row; x++) {
      const above = y === 0 ? 0 : (pixels[(y - 1) * row + x] ?? 0)
      bytes[y * (row + 1) + 1 + x] = (pixels[y * row + x] ?? 0) - above
    }
  }
  return bytes
}

async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream()
  const squeezed = stream.pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(squeezed).arrayBuffer())
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = new Uint8Array([...new TextEncoder().encode(type), ...data])
  const bytes = new Uint8Array(named.length + 8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(named, 4)
  view.setUint32(named.length + 4, crc32(named))
  return bytes
}
