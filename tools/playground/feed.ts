/** What the bot has told Discord since, in order, for pages that wait for more. In memory: a page shows only what it saw. */

import type { Told } from './told.ts'

const keptMax = 200

export function createFeed() {
  const kept: (Told & { at: string })[] = []
  const waiting = new Set<() => void>()
  let last = 0
  // A page that is older than this server begins anew.
  const after = (number: number) =>
    kept.filter((each) => each.number > (number > last ? 0 : number))
  return {
    last: () => last,
    tell: (told: Omit<Told, 'number'>) => {
      last += 1
      kept.push({ number: last, at: new Date().toISOString(), ...told })
      if (kept.length > keptMax) kept.shift()
      for (const wake of waiting) wake()
    },
    /** How the reply of an interaction was last edited or deleted, unless that is long ago. */
    lastEdit: (token: string) =>
      kept.findLast((each) => each.token === token && each.messageId === '@original'),
    /** What came after `number`; waits for it, and answers nothing when nothing comes in time. */
    wait: async (number: number, milliseconds: number): Promise<Told[]> => {
      if (after(number).length > 0) return after(number)
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, milliseconds)
        // A page that waits must not keep a stopping server alive.
        timer.unref()
        waiting.add(done)
      })
      return after(number)
    },
  }
}

export type Feed = ReturnType<typeof createFeed>
