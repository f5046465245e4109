/** The rank index as a checkpoint keeps it: chunks of its counts, all of one sequence. */
import type { Counts } from './buckets.ts'

/** Buckets in one row: about 200 KB. */
const chunkBuckets = 4_096
const numbersPerBucket = 6

export type Chunk = { chunk: number; sequence: number; chunks: number; buckets: ArrayBuffer }

/** Each bucket is six doubles: the four numbers of where it begins, its count and its firsts. */
export function chunksOf(sequence: number, counts: readonly Counts[]): Chunk[] {
  const chunks = Math.ceil(counts.length / chunkBuckets)
  return Array.from({ length: chunks }, (_, chunk) => {
    const part = counts.slice(chunk * chunkBuckets, (chunk + 1) * chunkBuckets)
    const numbers = part.flatMap(({ from, count, firsts }) => [...from, count, firsts])
    return { chunk, sequence, chunks, buckets: new Float64Array(numbers).buffer }
  })
}

/** The counts of all chunks in order; undefined when they are not one whole checkpoint. */
export function countsOf(chunks: Chunk[]): Counts[] | undefined {
  const [first] = chunks
  if (!first || first.chunks !== chunks.length) return undefined
  const isWhole = chunks.every(
    ({ chunk, sequence, buckets }, index) =>
      chunk === index &&
      sequence === first.sequence &&
      buckets.byteLength % (numbersPerBucket * Float64Array.BYTES_PER_ELEMENT) === 0,
  )
  if (!isWhole) return undefined
  const counts = chunks.flatMap(({ buckets }) => bucketsOf(new Float64Array(buckets)))
  return isSound(counts) ? counts : undefined
}

function bucketsOf(numbers: Float64Array): Counts[] {
  const count = numbers.length / numbersPerBucket
  return Array.from({ length: count }, (_, index) => {
    const [o0, o1, o2, tie, count, firsts] = numbers.subarray(index * numbersPerBucket)
    return { from: [o0!, o1!, o2!, tie!], count: count!, firsts: firsts! }
  })
}

const isSound = (counts: Counts[]): boolean =>
  counts[0]?.from[0] === -Infinity &&
  counts.every(
    ({ count, firsts }) =>
      Number.isSafeInteger(count) && count >= 0 && firsts >= 0 && firsts <= count,
  )
