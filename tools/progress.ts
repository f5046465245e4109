/** Progress on the terminal: what is being done, and how long it took. */
import { type Bundle, bundleAll } from './bundle.ts'
import type { Worker } from './workers.ts'

/** Runs one step; prints its name and time, and what it found when `work` answers a text. */
export async function step<T>(name: string, work: () => Promise<T> | T): Promise<T> {
  const startedAt = performance.now()
  const result = await work()
  const detail = typeof result === 'string' && result ? `  ${result}` : ''
  console.log(`  ${name.padEnd(24)} ${seconds(startedAt)}${detail}`)
  return result
}

/** The bundles of `workers`; names each that had to be built. */
export const bundled = (workers: Worker[]): Promise<Map<string, Bundle>> =>
  step('Bundle', () =>
    bundleAll(workers, {
      report: ({ name, built, gzippedBytes }) => {
        if (built)
          console.log(`    ${name.padEnd(22)} ${kibibytes(gzippedBytes).padStart(9)} gzipped`)
      },
    }),
  )

export const seconds = (startedAt: number) =>
  `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7)

export const kibibytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`

/** The last line of a command that failed: what happened, without a stack; what to do is in the message. */
export function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`\n${message}`)
  if (process.env['COINOP_DEBUG']) console.error(error)
  process.exit(1)
}
