/** Commands of a Durable Object that arrive together share one commit: while one group is made durable, the next one gathers. */

type Storage = Pick<DurableObjectStorage, 'transactionSync' | 'sync'>
type Waiting = {
  decide: () => unknown
  done: (value: unknown) => void
  failed: (error: unknown) => void
}
type Outcome = { value: unknown } | { error: unknown }

/** Most commands in one commit: bounds how long nobody else gets a turn. */
const groupMax = 200

export class GroupCommit {
  private readonly storage: Storage
  private readonly committed: () => void
  private waiting: Waiting[] = []
  private committing = false

  /** `committed` runs in the same stretch as the commit, so what it writes is in it. */
  constructor(storage: Storage, committed: () => void) {
    this.storage = storage
    this.committed = committed
  }

  /** Resolves with what `decide` answers, which it does without waiting. It has its own savepoint: when it throws, only it is undone. */
  add<T>(decide: () => T): Promise<T> {
    const result = new Promise<T>((done, failed) => {
      this.waiting.push({ decide, done: done as (value: unknown) => void, failed })
    })
    if (!this.committing) void this.drain()
    return result
  }

  private async drain(): Promise<void> {
    this.committing = true
    try {
      while (this.waiting.length > 0) {
        this.commit(this.waiting.splice(0, groupMax))
        await this.storage.sync()
      }
    } catch (error) {
      // The object is broken: whoever waits hears it and asks again.
      for (const { failed } of this.waiting.splice(0)) failed(error)
    } finally {
      this.committing = false
    }
  }

  /** The group is kept whole or lost whole. */
  private commit(group: Waiting[]): void {
    try {
      const outcomes = this.storage.transactionSync(() => {
        const decided = group.map((each) => this.decide(each))
        this.committed()
        return decided
      })
      for (const [index, outcome] of outcomes.entries()) {
        const { done, failed } = group[index]!
        if ('error' in outcome) failed(outcome.error)
        else done(outcome.value)
      }
    } catch (error) {
      for (const { failed } of group) failed(error)
    }
  }

  private decide({ decide }: Waiting): Outcome {
    try {
      return { value: this.storage.transactionSync(decide) }
    } catch (error) {
      return { error }
    }
  }
}
