/** A Durable Object that can tell what a call to it has read and written. Apart from `cost.ts`, which loads in plain Node. */
import { DurableObject } from 'cloudflare:workers'
import { counted, type Rows } from './cost.ts'

export abstract class CountedObject<Env> extends DurableObject<Env> {
  /** Does what a call of `method` does, and says what it cost: here, and in the objects that it waited for. */
  counted(method: string, input: unknown[]): Promise<{ value: unknown; rows: Rows }> {
    const methods = this as unknown as Record<string, (...input: unknown[]) => unknown>
    return counted(async () => methods[method]!(...input))
  }
}
