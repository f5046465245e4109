/** What a request reads and writes, in rows, by the counters of the runtime: answered to whoever sends `Coinop-Cost: 1`. */
import { AsyncLocalStorage } from 'node:async_hooks'

export const costHeader = 'coinop-cost'

export type Rows = { rowsRead: number; rowsWritten: number }
type Cursor = Readonly<Rows>

export class Cost {
  private readonly total: Rows = { rowsRead: 0, rowsWritten: 0 }
  /** A cursor counts on while it is read. */
  private readonly cursors: Cursor[] = []

  add({ rowsRead, rowsWritten }: Rows): void {
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

const asked = new AsyncLocalStorage<Cost>()

/** Runs `work`, and what it waits for, with its statements counted. */
export async function counted<T>(work: () => Promise<T>): Promise<{ value: T; rows: Rows }> {
  const cost = new Cost()
  const value = await asked.run(cost, work)
  return { value, rows: cost.rows }
}

/** Work that somebody else will run counts for whoever hands it over. */
export const onAccount = <T>(work: () => T): (() => T) =>
  asked.getStore() ? AsyncLocalStorage.bind(work) : work

/** An object's own storage; counts for the call that is being counted, if one is. */
export const countedSql = (sql: SqlStorage): Pick<SqlStorage, 'exec'> => ({
  exec: (query, ...bindings) => {
    const cursor = sql.exec(query, ...bindings)
    asked.getStore()?.watch(cursor)
    return cursor as never
  },
})

/** Objects as a call that is being counted reaches them; themselves, when none is. */
export function countedObjects<N extends object>(objects: N): N {
  const cost = asked.getStore()
  return cost ? objectsOf(objects, cost) : objects
}

/** The environment of one request, with its databases and the objects of these names counted. */
export function countedEnv<E extends object>(env: E, cost: Cost, objects: readonly string[]): E {
  const all = Object.entries(env).map(([name, binding]) => {
    if (name.endsWith('_DB')) return [name, databaseOf(binding as D1Database, cost)]
    if (!objects.includes(name)) return [name, binding]
    return [name, objectsOf(binding as object, cost)]
  })
  return Object.fromEntries(all) as E
}

type Counting = {
  counted: (method: string, input: unknown[]) => Promise<{ value: unknown; rows: Rows }>
}

function objectsOf<N extends object>(objects: N, cost: Cost): N {
  const namespace = objects as unknown as DurableObjectNamespace
  const getByName = (name: string) => {
    const stub = namespace.getByName(name) as unknown as Counting
    return new Proxy(stub, {
      get:
        (_, method: string) =>
        async (...input: unknown[]) => {
          const { value, rows } = await stub.counted(method, input)
          cost.add(rows)
          return value
        },
    })
  }
  return { getByName } as unknown as N
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
