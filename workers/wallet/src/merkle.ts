/**
 * Merkle trees as in RFC 6962, section 2.1: a leaf is hashed behind a byte 0, two nodes behind a byte 1, and n nodes are split
 * at the largest power of two below n. So an unfinished tree is unambiguous, and no node can be passed off as a leaf. Pure.
 */
import { createHash } from 'node:crypto'

/** The root over nothing. */
export const emptyRoot = createHash('sha256').digest('hex')

/** Of one leaf, in hex. */
export const leafHash = (text: string): string =>
  createHash('sha256').update(Uint8Array.of(0)).update(text).digest('hex')

export const nodeHash = (left: string, right: string): string =>
  createHash('sha256')
    .update(Uint8Array.of(1))
    .update(Buffer.from(left + right, 'hex'))
    .digest('hex')

const split = (count: number) => 2 ** (Math.ceil(Math.log2(count)) - 1)

/** Over hashes of leaves, or of complete subtrees of one size (the last one may be smaller). */
export function merkleRoot(hashes: readonly string[]): string {
  if (hashes.length === 0) return emptyRoot
  if (hashes.length === 1) return hashes[0]!
  const middle = split(hashes.length)
  return nodeHash(merkleRoot(hashes.slice(0, middle)), merkleRoot(hashes.slice(middle)))
}

/** The siblings on the way from a leaf to the root, lowest first. */
export function merklePath(index: number, hashes: readonly string[]): string[] {
  if (hashes.length <= 1) return []
  const middle = split(hashes.length)
  const [left, right] = [hashes.slice(0, middle), hashes.slice(middle)]
  return index < middle
    ? [...merklePath(index, left), merkleRoot(right)]
    : [...merklePath(index - middle, right), merkleRoot(left)]
}
