/** For tests: reads a PNG as its specification says, with checksums and all rows, and not with our own code. */
import { crc32 } from 'node:zlib'
import { expect } from 'vitest'

export async function pngSize(png: Uint8Array): Promise<{ width: number; height: number }> {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const found = new Map<string, Uint8Array>()
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at)
    const named = png.subarray(at + 4, at + 8 + length)
    expect(view.getUint32(at + 8 + length)).toBe(crc32(named))
    found.set(new TextDecoder().decode(named.subarray(0, 4)), named.subarray(4))
    at += length + 12
  }
  const header = found.get('IHDR')!
  const size = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const [width, height] = [size.getUint32(0), size.getUint32(4)]
  const data = new Blob([found.get('IDAT') as Uint8Array<ArrayBuffer>]).stream()
  const rows = await new Response(
    data.pipeThrough(new DecompressionStream('deflate')),
  ).arrayBuffer()
  expect(rows.byteLength).toBe(height * (width * 3 + 1))
  expect([...found.keys()].at(-1)).toBe('IEND')
  return { width, height }
}
