/** A named entrypoint that can tell what a call to it has read and written, here and in what it asks. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import { Cost, countedEnv, told, type Told } from './cost.ts'

export abstract class CountedEntrypoint<
  Env extends object,
  Props = unknown,
> extends WorkerEntrypoint<Env, Props> {
  /** Does what a call of `method` does, with an environment that counts. */
  counted(method: string, input: unknown[]): Promise<Told> {
    const cost = new Cost()
    const Entrypoint = this.constructor as new (
      ...args: [ExecutionContext<Props>, Env]
    ) => Record<string, (...input: unknown[]) => unknown>
    const counting = new Entrypoint(this.ctx, countedEnv(this.env, cost))
    return told(cost, () => counting[method]!(...input))
  }
}
