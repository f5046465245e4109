/** Chance that can be repeated: a small generator with a seed, from the environment or new. */
import { env } from 'cloudflare:workers'

/** Numerical Recipes' linear congruential generator, its low bits mixed away. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0
    let mixed = this.state ^ (this.state >>> 16)
    mixed = Math.imul(mixed, 0x45d9f3b) >>> 0
    return ((mixed ^ (mixed >>> 16)) >>> 0) % limit
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** `SEED` and `RUNS` of whoever starts the tests; without them a new seed, which is printed. */
export function environment(runsDefault: number): { seed: number; runs: number } {
  const { TEST_SEED, TEST_RUNS } = env as unknown as { TEST_SEED?: string; TEST_RUNS?: string }
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return {
    seed: Number(TEST_SEED || random % 1_000_000_000),
    runs: Number(TEST_RUNS || runsDefault),
  }
}

export const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
