/** Commands of a Durable Object that arrive together share one commit: while one group is made durable, the next one gathers. */

import { account, onAccount } from '@coinop/shared/cost'

type Storage = Pick<DurableObjectStorage, 'transactionSync' | 'sync'>
type Waiting = {
  decide: () => unknown
  /** Whose account it is on, of a call that is counted. */
  owner: ReturnType<typeof account>
  done: (value: unknown) => void
  failed: (error: unknown) => void
}
type Outcome = { value: unknown } | { error: unknown }
/** Of an object that writes what commands change only behind them: a page that many of them change is then kept aside once. */
type Together = {
  /** Writes what the commands so far have changed. */
  ended: () => void
  /** All since the last `ended` is undone: what memory holds is to be forgotten. */
  undone: () => void
}

/** Most commands in one commit: bounds how long nobody else gets a turn. */
const groupMax = 200

export class GroupCommit {
  private readonly storage: Storage
  private readonly committed: () => void
  private readonly together: Together | undefined
  private waiting: Waiting[] = []
  private committing = false

  /** `committed` runs in the same stretch as the commit, so what it writes is in it. */
  constructor(storage: Storage, committed: () => void, together?: Together) {
    this.storage = storage
    this.committed = committed
    this.together = together
  }

  /**
   * Resolves with what `decide` answers, which it does without waiting. When it throws, only it is undone: it has a savepoint
   * of its own, or, in a group that is decided together, the group is undone and each is decided again with one.
   */
  add<T>(decide: () => T): Promise<T> {
    const result = this.enqueue(decide)
    if (!this.committing) void this.drain()
    return result
  }

  /** The same for several: those that fit in one commit share it. */
  addAll<T>(decides: (() => T)[]): Promise<T>[] {
    const results = decides.map((decide) => this.enqueue(decide))
    if (!this.committing) void this.drain()
    return results
  }

  private enqueue<T>(decide: () => T): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.waiting.push({
        decide,
        owner: account(),
        done: done as (value: unknown) => void,
        failed,
      })
    })
  }

  private async drain(): Promise<void> {
    this.committing = true
    try {
      while (this.waiting.length > 0) {
        const group = this.next()
        onAccount(group[0]!.owner, () => this.commit(group))
        await this.storage.sync()
      }
    } catch (error) {
      // The object is broken: whoever waits hears it and asks again.
      for (const { failed } of this.waiting.splice(0)) failed(error)
    } finally {
      this.committing = false
    }
  }

  /** What a group writes together is nobody's alone, so whoever counts shares a commit with nobody. */
  private next(): Waiting[] {
    const { owner } = this.waiting[0]!
    const other = this.waiting.findIndex((each) => each.owner !== owner)
    return this.waiting.splice(0, other < 0 ? groupMax : Math.min(other, groupMax))
  }

  /** The group is kept whole or lost whole. */
  private commit(group: Waiting[]): void {
    try {
      const outcomes = this.decideTogether(group) ?? this.decideEach(group)
      for (const [index, outcome] of outcomes.entries()) {
        const { done, failed } = group[index]!
        if ('error' in outcome) failed(outcome.error)
        else done(outcome.value)
      }
    } catch (error) {
      for (const { failed } of group) failed(error)
    }
  }

  /** Undefined when one of them, or the end, has thrown: nothing has happened. */
  private decideTogether(group: Waiting[]): Outcome[] | undefined {
    const { together } = this
    if (!together) return undefined
    try {
      return this.storage.transactionSync(() => {
        const decided = group.map(({ decide }) => ({ value: decide() }))
        together.ended()
        this.committed()
        return decided
      })
    } catch {
      together.undone()
      return undefined
    }
  }

  private decideEach(group: Waiting[]): Outcome[] {
    return this.storage.transactionSync(() => {
      const decided = group.map((each) => this.decide(each))
      this.committed()
      return decided
    })
  }

  private decide({ decide }: Waiting): Outcome {
    try {
      const value = this.storage.transactionSync(() => {
        const answer = decide()
        this.together?.ended()
        return answer
      })
      return { value }
    } catch (error) {
      this.together?.undone()
      return { error }
    }
  }
}
