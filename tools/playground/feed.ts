/** What the bot has told Discord since, in order, for pages that wait for more. In memory: a page shows only what it saw. */

import type { Told } from './told.ts'

const keptMax = 200

export function createFeed() {
  const kept: Told[] = []
  /** When the reply of an interaction was last edited or deleted, and how; by the interaction's token. */
  const edits = new Map<string, Pick<Told, 'method' | 'payload'> & { at: string }>()
  const waiting = new Set<() => void>()
  let last = 0
  // A page that is older than this server begins anew.
  const after = (number: number) =>
    kept.filter((each) => each.number > (number > last ? 0 : number))
  return {
    last: () => last,
    tell: (told: Omit<Told, 'number'>) => {
      last += 1
      kept.push({ number: last, ...told })
      const { token, messageId, method, payload } = told
      if (messageId === '@original') {
        edits.set(token, { method, payload, at: new Date().toISOString() })
        if (edits.size > keptMax) edits.delete(edits.keys().next().value!)
      }
      if (kept.length > keptMax) kept.shift()
      for (const wake of waiting) wake()
    },
    /** Undefined too when that is long ago. */
    lastEdit: (token: string) => edits.get(token),
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
