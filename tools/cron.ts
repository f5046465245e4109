/** Fires the cron triggers of local Workers, which Cloudflare does in production and Miniflare never. */
import type { Miniflare } from 'miniflare'
import type { Worker } from './workers.ts'

/** Whether `cron` (five fields: numbers, `*`, lists, ranges, steps) is due in the minute of `time`, in UTC. */
export function isDue(cron: string, time: Date): boolean {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5) throw new Error(`"${cron}" is not a cron expression of five fields`)
  const now = [
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth() + 1,
    // Cloudflare counts from Sunday = 1.
    time.getUTCDay() + 1,
  ]
  return fields.every((field, index) =>
    field.split(',').some((part) => includes(part, now[index]!, cron)),
  )
}

function includes(part: string, value: number, cron: string): boolean {
  const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part)
  if (!match) throw new Error(`"${part}" of the cron "${cron}" is not understood here: use numbers`)
  const [, from, to, step] = match
  const first = Number(from ?? 0)
  const last = to === undefined && (from === undefined || step) ? Infinity : Number(to ?? first)
  return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0
}

/**
 * Runs one trigger over HTTP. Not with `getWorker(...).scheduled()`: that waits synchronously for workerd, and when workerd
 * waits just then for us to read its log lines, neither ever goes on.
 */
export async function runScheduled(
  miniflare: Miniflare,
  service: string,
  { cron, time }: { cron: string; time: Date },
): Promise<void> {
  const url = new URL('http://localhost/cdn-cgi/local/scheduled')
  url.search = String(new URLSearchParams({ cron, time: String(time.getTime()) }))
  const headers = { 'MF-Route-Override': service }
  const response = await miniflare.dispatchFetch(url, { headers })
  const outcome = await response.text()
  if (!response.ok) throw new Error(outcome.slice(0, 200))
}

/** Fires what is due at the start of every minute until the answer is called. A run that still goes on is not doubled. */
export function startCrons(
  miniflare: Miniflare,
  workers: Worker[],
  onError: (error: Error) => void,
) {
  const running = new Set<string>()
  const fire = async (worker: Worker, cron: string, time: Date) => {
    const key = `${worker.name} ${cron}`
    if (running.has(key)) return
    running.add(key)
    try {
      await runScheduled(miniflare, worker.service, { cron, time })
    } catch (error) {
      onError(new Error(`The cron "${cron}" of ${worker.name} failed: ${String(error)}`))
    } finally {
      running.delete(key)
    }
  }
  const tick = () => {
    const time = new Date()
    for (const worker of workers) {
      for (const cron of worker.crons) if (isDue(cron, time)) void fire(worker, cron, time)
    }
    timer = setTimeout(tick, untilNextMinute())
  }
  let timer = setTimeout(tick, untilNextMinute())
  return () => clearTimeout(timer)
}

const untilNextMinute = () => 60_000 - (Date.now() % 60_000)
