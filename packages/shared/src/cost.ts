/** What a request reads and writes, in rows, by the counters of the runtime: answered to whoever sends `Coinop-Cost: 1`. */
import { AsyncLocalStorage } from 'node:async_hooks'

export const costHeader = 'coinop-cost'

export type Rows = { rowsRead: number; rowsWritten: number }
type Cursor = Readonly<Rows>

/** What is not counted makes a sum that is not told. */
const unknownRows: Rows = { rowsRead: Number.NaN, rowsWritten: Number.NaN }

export class Cost {
  private readonly total: Rows = { rowsRead: 0, rowsWritten: 0 }
  /** A cursor counts on while it is read. */
  private readonly cursors: Cursor[] = []

  add({ rowsRead, rowsWritten }: Rows): void {
    if (besides.getStore()) return
    this.total.rowsRead += rowsRead
    this.total.rowsWritten += rowsWritten
  }

  watch(cursor: Cursor): void {
    this.cursors.push(cursor)
  }

  get rows(): Rows {
    const { rowsRead, rowsWritten } = this.total
    return this.cursors.reduce(
      (sum, cursor) => ({
        rowsRead: sum.rowsRead + cursor.rowsRead,
        rowsWritten: sum.rowsWritten + cursor.rowsWritten,
      }),
      { rowsRead, rowsWritten },
    )
  }
}

/** What a call came to, and what it cost until then. */
export type Told = { rows: Rows } & ({ value: unknown } | { error: unknown })

/** Also what fails has cost something. */
export async function told(cost: Cost, work: () => unknown): Promise<Told> {
  try {
    const value = await work()
    return { value, rows: cost.rows }
  } catch (error) {
    return { error, rows: cost.rows }
  }
}

/** In an object: whose statements these are. */
const asked = new AsyncLocalStorage<Cost | undefined>()
const besides = new AsyncLocalStorage<true>()

/** Runs `work`, and what it waits for, with the statements of this object counted. */
export async function counted(work: () => unknown): Promise<Told> {
  const cost = new Cost()
  return asked.run(cost, () => told(cost, work))
}

/** Work that a request begins and does not wait for, such as sending what an outbox holds of others too: counts for nobody. */
export const uncounted = <T>(work: () => Promise<T>): Promise<T> => besides.run(true, work)

/** For whom the statements of this moment count; undefined when nobody counts. */
export const account = (): Cost | undefined => asked.getStore()

/** Runs `work`, which somebody handed over, for whose account it is. */
export const onAccount = <T>(owner: Cost | undefined, work: () => T): T =>
  asked.getStore() === owner ? work() : asked.run(owner, work)

/** An object's own storage; counts for the call that is being counted, if one is. */
export const countedSql = (sql: SqlStorage): Pick<SqlStorage, 'exec'> => ({
  exec: (query, ...bindings) => {
    const cursor = sql.exec(query, ...bindings)
    asked.getStore()?.watch(cursor)
    return cursor as never
  },
})

/** The environment as a call of an object that is being counted reaches it; itself, when none is. */
export function outsideOf<E extends object>(env: E): E {
  const cost = asked.getStore()
  return cost ? countedEnv(env, cost) : env
}

/** The environment of one request, with its databases counted, and its objects and neighbours asked what they counted. */
export function countedEnv<E extends object>(env: E, cost: Cost): E {
  const all = Object.entries(env).map(([name, binding]) => [name, bindingOf(binding, cost)])
  return Object.fromEntries(all) as E
}

/** The runtime says what a binding is only by the name of its class. */
function bindingOf(binding: unknown, cost: Cost): unknown {
  if (typeof binding !== 'object' || binding === null) return binding
  switch (binding.constructor.name) {
    case 'D1Database':
      return databaseOf(binding as D1Database, cost)
    case 'DurableObjectNamespace':
      return objectsOf(binding as DurableObjectNamespace, cost)
    case 'Fetcher':
      return callsOf(binding, cost)
    default:
      return binding
  }
}

function objectsOf(namespace: DurableObjectNamespace, cost: Cost): object {
  const getByName = (name: string) => callsOf(namespace.getByName(name), cost)
  return { getByName }
}

type Counting = {
  counted: (method: string, input: unknown[]) => Promise<Told>
  fetch: Fetcher['fetch']
}

/** An object or an entrypoint, which is a `CountedObject` or a `CountedEntrypoint`. */
function callsOf(target: object, cost: Cost): object {
  const callee = target as Counting
  const fetch: Fetcher['fetch'] = (...input) => {
    cost.add(unknownRows)
    return callee.fetch(...input)
  }
  const call = async (method: string, input: unknown[]) => {
    const answer = await callee.counted(method, input)
    cost.add(answer.rows)
    if ('error' in answer) throw answer.error
    return answer.value
  }
  return new Proxy(target, {
    get: (_, method: string) =>
      method === 'fetch' ? fetch : (...input: unknown[]) => call(method, input),
  })
}

function databaseOf(database: D1Database, cost: Cost): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>()
  const count = <R extends D1Result>(result: R): R => {
    cost.add({ rowsRead: result.meta.rows_read, rowsWritten: result.meta.rows_written })
    return result
  }
  const counting = (statement: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => count(await statement.all())
    const wrapped = {
      bind: (...values: unknown[]) => counting(statement.bind(...values)),
      all,
      run: all,
      // Neither of these tells what it cost, so both are made of what does.
      first: async (column?: string) => {
        const [row] = (await all()).results
        return row ? (column === undefined ? row : (row[column] ?? null)) : null
      },
      // As drizzle reads the rows of a batch: right while no two columns of a query share a name.
      raw: async () => (await all()).results.map((row) => Object.values(row)),
    } as unknown as D1PreparedStatement
    originals.set(wrapped, statement)
    return wrapped
  }
  const batch = async (statements: D1PreparedStatement[]) => {
    const results = await database.batch(statements.map((each) => originals.get(each)!))
    return results.map(count)
  }
  return { prepare: (query: string) => counting(database.prepare(query)), batch } as never
}
