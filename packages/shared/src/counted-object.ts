/** A Durable Object that can tell what a call to it has read and written. Apart from `cost.ts`, which loads in plain Node. */
import { DurableObject } from 'cloudflare:workers'
import { counted, countedSql, outsideOf, type Told } from './cost.ts'

export abstract class CountedObject<Env extends object> extends DurableObject<Env> {
  /** Its own storage, as everything in it has to reach it. */
  protected get sql(): Pick<SqlStorage, 'exec'> {
    return countedSql(this.ctx.storage.sql)
  }

  /** Its environment, as everything that a call waits for has to reach it. */
  protected get outside(): Env {
    return outsideOf(this.env)
  }

  /** Does what a call of `method` does, and says what it cost: here, and in the objects that it waited for. */
  counted(method: string, input: unknown[]): Promise<Told> {
    const methods = this as unknown as Record<string, (...input: unknown[]) => unknown>
    return counted(() => methods[method]!(...input))
  }
}
