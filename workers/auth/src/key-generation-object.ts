/** One object per API key: counts the changes of the key, so that whoever remembers it can ask whether it is still the same. */
import { CountedObject } from '@coinop/shared/counted-object'

export class KeyGenerationObject extends CountedObject<AuthEnv> {
  private generation: number

  constructor(ctx: DurableObjectState, env: AuthEnv) {
    super(ctx, env)
    // Nothing is written before the first change: most keys never have one.
    this.generation = ctx.storage.kv.get<number>('generation') ?? 0
  }

  current(): number {
    return this.generation
  }

  /** Its answer waits until the new number is durable, and so does every other one that tells it. */
  raise(): void {
    this.generation += 1
    this.ctx.storage.kv.put('generation', this.generation)
  }
}
