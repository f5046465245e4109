/**
 * Looks into a board from its own process: fills it, counts the rows of a call, repeats a call. Put before the production
 * bundle by `board-system.ts`; it names the object's own parts and so fails when they change. It answers objects as JSON, since
 * Miniflare would hand over references to them.
 */
const writesMax = 100
const atOnce = 8
const restarted = 'The board was restarted.'

const placeOf = ({ o0, o1, o2, tie }) => [o0, o1, o2, tie]

async function submitAll(object, reference, writes) {
  const batches = Array.from({ length: Math.ceil(writes.length / writesMax) }, (_, index) =>
    writes.slice(index * writesMax, (index + 1) * writesMax),
  )
  const work = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      const answers = await object.submit(reference, batch)
      const refused = answers.find(({ ok }) => !ok)
      if (refused) throw new Error(`The board refused an entry: ${refused.code}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** Repeats ranks, with as much of the board in memory as the call says. */
const ranking = (Class) =>
  class extends Class {
    /** The ranks of these users so many times, for nothing but the time that it takes. */
    async ranks(userIds, times = 1) {
      let found = 0
      for (let time = 0; time < times; time++) {
        for (const userId of userIds) if (await this.rank(userId)) found += 1
      }
      return found
    }

    /** The same with nothing in memory of any of them but the counts of all buckets. */
    async ranksRead(userIds) {
      const { index } = this.board.ranks
      const places = userIds.map((userId) => placeOf(this.board.rows.entry(userId)))
      const buckets = places.map((place) => index.buckets.find(place))
      let found = 0
      for (const [at, userId] of userIds.entries()) {
        this.forgetEntries()
        index.forget(buckets[at])
        if (await this.rank(userId)) found += 1
      }
      return found
    }

    forgetEntries() {
      const { young, old } = this.board.rows.entries
      young.clear()
      old.clear()
    }

    /** Every place into memory, as far as it may be there. */
    readPlaces() {
      const { index } = this.board.ranks
      for (let at = 0; at < index.buckets.count; at++) index.load(at)
    }
  }

/** Wraps the class of the object; its own methods stay as they are. */
export const probed = (Class) =>
  class extends ranking(Class) {
    constructor(ctx, env) {
      const counting = countRows(ctx.storage)
      super(ctx, env)
      this.opening = counting.end()
      this.instance = crypto.randomUUID()
    }

    instanceId() {
      return this.instance
    }

    /** Writes entries as requests would; the log hears nothing of them, and all counts as announced. */
    async fill(reference, writes) {
      this.filling = true
      await submitAll(this, reference, writes)
      await this.ctx.storage.deleteAlarm()
      this.nextAlarm.forget()
      this.announced = this.board.sequence
      this.mark(this.announced)
      this.prune()
      this.filling = false
    }

    alarm(...args) {
      return this.filling ? undefined : super.alarm(...args)
    }

    /** Rows that a call reads and writes: to the end of it, and without what follows from it. */
    async counted(name, ...args) {
      return JSON.stringify(await countedIn(this.ctx.storage, () => this[name](...args)))
    }

    /** Ends this instance after all is durable: the next call meets a new one, and this one fails. */
    async restart() {
      await this.ctx.storage.sync()
      this.ctx.abort(restarted)
    }

    /** Rows from the first statement of this instance on, for its board to be in memory. */
    async opened() {
      const { read, written } = await countedIn(this.ctx.storage, () => this.total())
      const { opening } = this
      return JSON.stringify({ read: opening.read + read, written: opening.written + written })
    }

    async size() {
      const { sequence, total } = this.board
      const behind = this.announced === undefined ? 0 : sequence - this.announced
      return JSON.stringify({ total, behind, bytes: this.ctx.storage.sql.databaseSize })
    }
  }

async function countedIn(storage, work) {
  const counting = countRows(storage)
  try {
    await work()
  } catch (error) {
    counting.end()
    throw error
  }
  return counting.end()
}

/** Every statement of this object until `end`; an alarm that is set is a row. */
function countRows(storage) {
  const prototypes = [Object.getPrototypeOf(storage.sql), Object.getPrototypeOf(storage)]
  const [{ exec }, { setAlarm }] = prototypes
  const cursors = []
  let alarms = 0
  prototypes[0].exec = function (...args) {
    const cursor = exec.apply(this, args)
    if (this === storage.sql) cursors.push(cursor)
    return cursor
  }
  prototypes[1].setAlarm = function (...args) {
    if (this === storage) alarms += 1
    return setAlarm.apply(this, args)
  }
  return {
    end() {
      Object.assign(prototypes[0], { exec })
      Object.assign(prototypes[1], { setAlarm })
      const sum = (of) => cursors.reduce((total, cursor) => total + of(cursor), 0)
      return {
        read: sum((each) => each.rowsRead),
        written: alarms + sum((each) => each.rowsWritten),
      }
    },
  }
}
