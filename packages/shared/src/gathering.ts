/**
 * What several requests ask at the same moment, asked at once: while one group is on its way, those that come later gather for
 * the next, and the first of them asks for all. So each is answered by what went out after it had come. Unlike in `together`,
 * which is for one run, nobody depends on another request's life: whoever has waited too long, or hears that the group has
 * failed, asks by itself. So it is for questions that may be asked twice.
 */

import { within } from './within.ts'

export type Asking<Q, A> = {
  /** Answers each, in their order. Never called with what belongs to another request but the questions. */
  all: (questions: Q[]) => Promise<A[]>
  /** Keeps the request that asks for others alive until they are answered, also when its own client has gone. */
  later?: Later | undefined
}
export type Later = { waitUntil: (work: Promise<unknown>) => void }

type Group<Q, A> = { questions: Q[]; gathers: boolean; answers: Promise<A[]> }

const questionsMax = 50
const patienceMilliseconds = 1_000

export class Gathering<Q, A> {
  /** The last group of each name, until it is answered. */
  private readonly groups = new Map<string, Group<Q, A>>()
  private readonly patience: number

  /** `patience` is the most that anybody waits for another request, in milliseconds. */
  constructor(patience = patienceMilliseconds) {
    this.patience = patience
  }

  /** Only questions of the same `name` wait for each other. */
  async ask(name: string, question: Q, asking: Asking<Q, A>): Promise<A> {
    const last = this.groups.get(name)
    const joins = last?.gathers === true && last.questions.length < questionsMax
    const group = joins ? last : this.begin(name, last, asking)
    const index = group.questions.push(question) - 1
    const answers = await (joins ? this.inTime(group.answers) : unlessFailed(group))
    if (answers) return answers[index]!
    this.end(name, group)
    const [answer] = await asking.all([question])
    return answer!
  }

  private begin(name: string, last: Group<Q, A> | undefined, asking: Asking<Q, A>): Group<Q, A> {
    const group: Group<Q, A> = { questions: [], gathers: true, answers: Promise.resolve([]) }
    group.answers = this.answersOf(name, { group, last }, asking)
    this.groups.set(name, group)
    asking.later?.waitUntil(group.answers.catch(() => undefined))
    return group
  }

  private async answersOf(
    name: string,
    { group, last }: { group: Group<Q, A>; last: Group<Q, A> | undefined },
    asking: Asking<Q, A>,
  ): Promise<A[]> {
    // Also without a group before: whoever begins this one is in it by then.
    await (last && this.inTime(last.answers))
    group.gathers = false
    try {
      return await asking.all(group.questions)
    } finally {
      this.end(name, group)
    }
  }

  private end(name: string, group: Group<Q, A>): void {
    group.gathers = false
    if (this.groups.get(name) === group) this.groups.delete(name)
  }

  /** Undefined when it failed, or takes too long: whoever asks may have ended in the middle. */
  private async inTime<T>(answers: Promise<T>): Promise<T | undefined> {
    try {
      return await within(this.patience, answers)
    } catch {
      return undefined
    }
  }
}

/** What went wrong may be another one's fault; alone it is told. */
async function unlessFailed<Q, A>({ questions, answers }: Group<Q, A>): Promise<A[] | undefined> {
  try {
    return await answers
  } catch (error) {
    if (questions.length === 1) throw error
    return undefined
  }
}
