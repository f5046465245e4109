/**
 * Counts what a Worker reads, writes and calls; put before its production bundle by `metered.ts`. It reports each count in a
 * line of the log, since the Workers share nothing else. It names the runtime's own classes and so fails when they change.
 */
import { env } from 'cloudflare:workers'

const waiting = []

/** After the synchronous stretch in which a cursor is read to its end, its counters are final. */
function count(read) {
  if (waiting.length === 0) queueMicrotask(report)
  waiting.push(read)
}

function report() {
  const meter = { rowsRead: 0, rowsWritten: 0, objectRequests: 0, queueOperations: 0 }
  const writtenTo = {}
  for (const read of waiting.splice(0)) {
    const { place, ...counters } = read()
    for (const [name, value] of Object.entries(counters)) meter[name] += value
    if (counters.rowsWritten) writtenTo[place] = (writtenTo[place] ?? 0) + counters.rowsWritten
  }
  console.log(JSON.stringify({ meter, writtenTo }))
}

/** The table that a statement is about. */
const tableOf = (sql) => /\b(?:into|update|from)\s+["`]?(\w+)/i.exec(sql)?.[1] ?? 'other'

/** Replaces a method once; `wrap` gets the original. */
const wrapped = new WeakMap()
function replace(prototype, name, wrap) {
  const original = prototype[name]
  if (typeof original !== 'function') throw new Error(`The runtime has no ${name} to meter.`)
  const names = wrapped.get(prototype) ?? new Set()
  if (names.has(name)) return
  wrapped.set(prototype, names.add(name))
  prototype[name] = wrap(original)
}

/** Each way of the runtime to send statements, with how it is told them. */
const sends = {
  _sendOrThrow: (_endpoint, query) => query,
  _queryOrThrow: ({ queries, sql }) => queries?.map((each) => each.sql) ?? sql,
}

function meterDatabase(database) {
  const session = Object.getPrototypeOf(Object.getPrototypeOf(database.alwaysPrimarySession))
  for (const [name, sqlOf] of Object.entries(sends)) {
    replace(
      session,
      name,
      (send) =>
        async function (...args) {
          const results = await send.apply(this, args)
          const statements = [sqlOf(...args)].flat()
          for (const [index, { meta }] of [results].flat().entries()) {
            const place = `D1 ${tableOf(statements[index] ?? '')}`
            count(() => ({ place, rowsRead: meta.rows_read, rowsWritten: meta.rows_written }))
          }
          return results
        },
    )
  }
}

function meterNamespace(namespace) {
  for (const name of ['get', 'getByName']) {
    replace(
      Object.getPrototypeOf(namespace),
      name,
      (get) =>
        function (...args) {
          return countingCalls(get.apply(this, args))
        },
    )
  }
}

const countingCalls = (stub) =>
  new Proxy(stub, {
    get(target, name) {
      const value = target[name]
      if (typeof value !== 'function') return value
      return (...args) => {
        count(() => ({ objectRequests: 1 }))
        return target[name](...args)
      }
    },
  })

function meterQueue(queue) {
  // A message is written, read and deleted.
  const operations = (messages) => count(() => ({ queueOperations: 3 * messages }))
  const prototype = Object.getPrototypeOf(queue)
  replace(
    prototype,
    'send',
    (send) =>
      function (...args) {
        operations(1)
        return send.apply(this, args)
      },
  )
  replace(
    prototype,
    'sendBatch',
    (send) =>
      function (messages, ...rest) {
        operations(messages.length)
        return send.call(this, messages, ...rest)
      },
  )
}

const isObject = (value) => typeof value === 'object' && value !== null
for (const binding of Object.values(env).filter(isObject)) {
  const kind = binding.constructor?.name
  if (kind === 'D1Database') meterDatabase(binding)
  if (kind === 'DurableObjectNamespace') meterNamespace(binding)
  if (kind === 'WorkerQueue' || kind === 'Queue') meterQueue(binding)
}

/** Storage to the name of the class that it belongs to: a Worker may have several. */
const nameOf = new WeakMap()

/** The class of an object, counting its statements, the alarms that it sets, and their runs. */
export const metered = (Class) =>
  class extends Class {
    constructor(ctx, env) {
      nameOf.set(ctx.storage, Class.name).set(ctx.storage.sql, Class.name)
      replace(
        Object.getPrototypeOf(ctx.storage.sql),
        'exec',
        (exec) =>
          function (...args) {
            const cursor = exec.apply(this, args)
            const place = `${nameOf.get(this)} ${tableOf(args[0])}`
            count(() => ({ place, rowsRead: cursor.rowsRead, rowsWritten: cursor.rowsWritten }))
            return cursor
          },
      )
      replace(
        Object.getPrototypeOf(ctx.storage),
        'setAlarm',
        (setAlarm) =>
          function (...args) {
            count(() => ({ place: `${nameOf.get(this)} alarm`, rowsWritten: 1 }))
            return setAlarm.apply(this, args)
          },
      )
      super(ctx, env)
    }

    alarm(...args) {
      count(() => ({ objectRequests: 1 }))
      return super.alarm?.(...args)
    }
  }
