/**
 * Fail points, for tests only: named seams between two steps, at each of which a test can make something go wrong. A seam is
 * a method of a class, so nothing stands in the code that ships; production bundles do not contain this file.
 */

/** What can happen at a seam. */
export const faultActions = ['throw', 'abort', 'hang', 'delay', 'duplicate', 'lose-reply'] as const
export type FaultAction = (typeof faultActions)[number]

/** `waits` says that the method answers a promise: only those can hang or be late. */
export type Seam = { method: string; waits: boolean }
/** A stretch without an await cannot hang: the runtime ends who tries, which is `abort`. Nor is it late: nobody sees time pass. */
const canHappen = ({ waits }: Seam, action: FaultAction) =>
  waits || (action !== 'hang' && action !== 'delay')
type Class = { prototype: object; name: string }
type Method = (this: object, ...input: unknown[]) => unknown

export class InjectedFault extends Error {
  constructor(point: string, action: string) {
    super(`Injected at ${point}: ${action}`)
    this.name = 'InjectedFault'
  }
}

type Decide = (point: string, instance: object) => FaultAction | undefined
const delayMilliseconds = 20

/** The seams of some classes while `install` holds. Counts how often each was reached and how often something happened there. */
export class FailPoints {
  readonly reached = new Map<string, number>()
  readonly hit = new Map<string, number>()
  private readonly seams: { point: string; on: object; seam: Seam; original: Method }[] = []
  private decide: Decide = () => undefined
  private running = false

  /** Registers methods of a class; `abort` ends the instance as a crash does. */
  register(type: Class, seams: Seam[], abort: (instance: object) => void): this {
    for (const seam of seams) {
      const on = type.prototype as Record<string, Method>
      const original = on[seam.method]
      if (!original) throw new Error(`${type.name} has no method ${seam.method}`)
      const point = `${type.name}.${seam.method}`
      this.seams.push({ point, on, seam, original })
      const around = (instance: object, run: () => unknown) => {
        count(this.reached, point)
        const action = this.decide(point, instance)
        if (!action || !canHappen(seam, action)) return run()
        count(this.hit, point)
        const fault = { point, action, run, abort: () => abort(instance) }
        return seam.waits ? this.later(fault) : this.atOnce(fault)
      }
      on[seam.method] = function (this: object, ...input: unknown[]) {
        return around(this, () => original.apply(this, input))
      }
    }
    return this
  }

  /** Each point with each thing that can happen there. */
  get faults(): { point: string; action: FaultAction }[] {
    return this.seams.flatMap(({ point, seam }) =>
      faultActions.filter((action) => canHappen(seam, action)).map((action) => ({ point, action })),
    )
  }

  get points(): string[] {
    return this.seams.map(({ point }) => point)
  }

  /** From now on `decide` says what happens each time a point is reached. */
  begin(decide: Decide): void {
    this.decide = decide
    this.running = true
  }

  /** Nothing happens any more, and what hangs fails. */
  end(): void {
    this.decide = () => undefined
    this.running = false
  }

  uninstall(): void {
    this.end()
    for (const { on, seam, original } of this.seams) {
      ;(on as Record<string, Method>)[seam.method] = original
    }
  }

  private async later({ point, action, run, abort }: Fault): Promise<unknown> {
    if (action === 'throw') throw new InjectedFault(point, action)
    if (action === 'abort') abort()
    if (action === 'hang') await this.hang(point)
    if (action === 'delay') await pause()
    const answer = action === 'duplicate' ? (await Promise.all([run(), run()]))[0] : await run()
    if (action === 'lose-reply') throw new InjectedFault(point, action)
    return answer
  }

  /** Until the end, and then it fails. Asks by itself: one object cannot wake another. */
  private async hang(point: string): Promise<never> {
    while (this.running) await pause()
    throw new InjectedFault(point, 'hang')
  }

  private atOnce({ point, action, run, abort }: Fault): unknown {
    if (action === 'throw') throw new InjectedFault(point, action)
    if (action === 'abort') abort()
    if (action === 'duplicate') run()
    const answer = run()
    if (action === 'lose-reply') throw new InjectedFault(point, action)
    return answer
  }
}

const pause = () => new Promise((done) => setTimeout(done, delayMilliseconds))

type Fault = { point: string; action: FaultAction; run: () => unknown; abort: () => void }

const count = (counts: Map<string, number>, name: string) =>
  counts.set(name, (counts.get(name) ?? 0) + 1)
