/**
 * Questions to another Worker that are asked at nearly the same moment go out as one, for a run may invoke only 32 Workers.
 * `together` gathers them where they are asked, `settleEach` answers them where they arrive, one failure not touching another.
 */
import type { Caller } from './caller.ts'

/** What became of one question: a failure is a text, for that is what passes between Workers. */
export type Settled<T> = { ok: true; value: T } | { ok: false; message: string }

type Waiting<Q, A> = {
  question: Q
  resolve: (answer: A) => void
  reject: (error: Error) => void
}

/** `most` questions in a group, and no more than `groupsMax` groups: what comes later fails, and is for another run. */
type Bounds = { most: number; groupsMax?: number }

/** A group is what is asked until the event loop turns, or while the group before it is on its way. */
export function together<Q, A>(
  { most, groupsMax = Infinity }: Bounds,
  ask: (questions: Q[]) => Promise<Settled<A>[]>,
): (question: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = []
  let groups = 0
  let isSending = false
  const send = async () => {
    for (; waiting.length > 0 && groups < groupsMax; groups++) {
      await answer(waiting.splice(0, most), ask)
    }
    for (const { reject } of waiting.splice(0)) reject(new Error('This run has asked enough.'))
    isSending = false
  }
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (isSending) return
      isSending = true
      setTimeout(() => void send(), 0)
    })
}

async function answer<Q, A>(
  group: Waiting<Q, A>[],
  ask: (questions: Q[]) => Promise<Settled<A>[]>,
): Promise<void> {
  try {
    const answers = await ask(group.map(({ question }) => question))
    for (const [index, { resolve, reject }] of group.entries()) {
      const settled = answers[index]
      if (settled?.ok) resolve(settled.value)
      else reject(new Error(settled?.message ?? 'There was no answer.'))
    }
  } catch (error) {
    for (const { reject } of group) reject(asError(error))
  }
}

/** Answers each question, `atOnce` at the same time. */
export async function settleEach<Q, A>(
  questions: readonly Q[],
  perform: (question: Q) => Promise<A>,
  atOnce = 10,
): Promise<Settled<A>[]> {
  const answers: Settled<A>[] = []
  for (let start = 0; start < questions.length; start += atOnce) {
    const group = questions.slice(start, start + atOnce)
    answers.push(...(await Promise.all(group.map((question) => settled(question, perform)))))
  }
  return answers
}

async function settled<Q, A>(
  question: Q,
  perform: (question: Q) => Promise<A>,
): Promise<Settled<A>> {
  try {
    return { ok: true, value: await perform(question) }
  } catch (error) {
    return { ok: false, message: asError(error).message }
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

/** One of many orders in one call to a neighbour, each for a caller of its own. */
export type Asked<I> = { caller: Caller; input: I }

/** A method of a neighbour, whose calls of the same moment are made as one. */
export function inGroups<I, A>(
  bounds: Bounds,
  each: (asked: Asked<I>[]) => Promise<Settled<A>[]>,
): (caller: Caller, input: I) => Promise<A> {
  const ask = together<Asked<I>, A>(bounds, each)
  return (caller, input) => ask({ caller, input })
}

/** Methods that answer what those of the same name do, without what RPC adds to an answer. */
type Answers<T> = Partial<Record<keyof T, (...input: never[]) => Promise<unknown>>>

/** The same service, whose calls of some methods are answered otherwise. */
export const answering = <T extends object>(service: T, methods: Answers<T>): T =>
  new Proxy(service, {
    get: (target, name) =>
      name in methods
        ? methods[name as keyof T]
        : (...input: unknown[]) =>
            (target as Record<string | symbol, (...given: unknown[]) => unknown>)[name]!(...input),
  })

/**
 * A database whose batches of nearly the same moment are one batch, of at most `most` of them. Together they are one
 * transaction: where it fails, each is tried by itself. So it is for batches that may be repeated.
 */
export function batchingTogether(database: D1Database, most: number): D1Database {
  const batch = together<D1PreparedStatement[], D1Result[]>({ most }, async (batches) => {
    try {
      const results = await database.batch(batches.flat())
      let from = 0
      return batches.map(({ length }) => {
        const value = results.slice(from, from + length)
        from += length
        return { ok: true as const, value }
      })
    } catch {
      return settleEach(batches, (statements) => database.batch(statements))
    }
  })
  return answering(database, { batch })
}
