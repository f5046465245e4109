/** Fills a board through its own front door, a batch at a time. */
import { Random } from '@coinop/wallet/test-random'
import { writesMax } from './board-commands.ts'
import type { TestBoard } from './test-boards.ts'

const atOnce = 8

/** `usr_0` and so on, each with a score below `size`: random, and so now and then tied. */
export async function fill(board: TestBoard, size: number, random = new Random(size)) {
  const batches = Array.from({ length: Math.ceil(size / writesMax) }, (_, batch) =>
    Array.from({ length: Math.min(writesMax, size - batch * writesMax) }, (_, index) => ({
      userId: `usr_${batch * writesMax + index}`,
      keys: [random.below(size)],
    })),
  )
  const work = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await board.submit(batch)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
