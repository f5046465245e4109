/**
 * What this isolate holds of the quotas: blocks of operations, handed out by the project's meter. A request takes one
 * from a block; when nothing is left it asks the meter itself, for no request may wait for another's I/O. Under load the
 * blocks grow and the next one is fetched before the last is empty, so most requests need no hop. What expires goes back.
 */
import type { OperationClass } from '@coinop/billing/plans'
import type { LeaseAnswer, LeaseRequest } from '@coinop/billing/rpc'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'

export type Meters = {
  lease: (caller: Caller, request: LeaseRequest) => Promise<LeaseAnswer>
  giveBack: (caller: Caller, leaseId: string, unused: number) => Promise<number>
}
export type Taken = {
  granted: boolean
  limit: number
  current: number
  resetsAt: number
  /** The next block on its way, for `waitUntil`; the request need not wait for it. */
  later?: Promise<void>
}
/** Whose operation, and of which class. */
export type Draw = { caller: Caller; class: OperationClass }

type Held = { id: string; answer: LeaseAnswer; left: number; draw: Draw }
type Block = {
  held: Held[]
  /** How much to ask for on stock; doubles while it is used up, shrinks when some expires. */
  spare: number
  askedAt: number
  /** Until then somebody else is fetching stock, or there was none. */
  fetchingUntil: number
}

const spareMin = 8
const spareMax = 500
const busyMilliseconds = 10_000
const fetchMilliseconds = 1_000
const blocksMax = 3_000

export class Leases {
  private blocks = new Map<string, Block>()
  private nextLookAt = 0

  /** Takes one operation of the caller's project. Rejects when the meter does not answer. */
  async take(meters: Meters, draw: Draw): Promise<Taken> {
    return this.takeHeld(meters, draw) ?? takeNew(meters, draw, this.blockOf(draw))
  }

  /** The same when this isolate holds one, which most requests find; undefined when the meter must be asked. */
  takeHeld(meters: Meters, draw: Draw): Taken | undefined {
    const block = this.blockOf(draw)
    const taken = takeFrom(block)
    const low = taken && leftIn(block) < block.spare / 4 && now() >= block.fetchingUntil
    return low ? { ...taken, later: fetchNext(meters, draw, block) } : taken
  }

  /** Whether `settle` has anything to do; looked for once a second. */
  hasExpired(): boolean {
    if (now() < this.nextLookAt) return false
    this.nextLookAt = now() + 1_000
    return [...this.blocks.values()].some(({ held }) => held.some(isExpired))
  }

  /** Gives back what expired unused, of every project. */
  async settle(meters: Meters): Promise<void> {
    const expired = [...this.blocks.values()].flatMap((block) => release(block))
    await giveBackAll(meters, expired)
  }

  private blockOf({ caller, class: name }: Draw): Block {
    const key = `${caller.projectId}:${name}`
    const known = this.blocks.get(key)
    if (known) return known
    // A block that holds nothing is worth nothing.
    if (this.blocks.size >= blocksMax) {
      for (const [name, { held }] of this.blocks) if (held.length === 0) this.blocks.delete(name)
    }
    const block = { held: [], spare: 0, askedAt: 0, fetchingUntil: 0 }
    this.blocks.set(key, block)
    return block
  }
}

const isExpired = ({ answer }: Held) => answer.expiresAt <= now()
const leftIn = ({ held }: Block) => held.reduce((sum, { left }) => sum + left, 0)

function takeFrom(block: Block): Taken | undefined {
  const held = block.held.find((each) => !isExpired(each))
  if (!held) return undefined
  held.left -= 1
  if (held.left === 0) block.held.splice(block.held.indexOf(held), 1)
  return { ...termsOf(held.answer), granted: true }
}

const termsOf = ({ limit, current, resetsAt }: LeaseAnswer) => ({ limit, current, resetsAt })

/** What expired, which is nobody's from now on. */
function release(block: Block): Held[] {
  const expired = block.held.filter(isExpired)
  if (expired.length === 0) return []
  block.held = block.held.filter((each) => !isExpired(each))
  // It was more than needed.
  block.spare = Math.floor(block.spare / 4)
  return expired
}

async function giveBackAll(meters: Meters, expired: Held[]): Promise<void> {
  for (const { draw, id, left } of expired) await meters.giveBack(draw.caller, id, left)
}

/** One operation for the request that asks, and stock when there was another one lately and nobody else fetches some. */
async function takeNew(meters: Meters, draw: Draw, block: Block): Promise<Taken> {
  await giveBackAll(meters, release(block))
  const busy = now() - block.askedAt < busyMilliseconds
  block.askedAt = now()
  const spare = busy ? stockFor(block) : 0
  const answer = await lease(meters, { draw, block, needed: 1, spare })
  return { ...termsOf(answer), granted: answer.granted > 0 }
}

async function fetchNext(meters: Meters, draw: Draw, block: Block): Promise<void> {
  await lease(meters, { draw, block, needed: 0, spare: stockFor(block) })
}

/** How much to fetch on stock: nothing while somebody else does, or right after there was none. */
function stockFor(block: Block): number {
  if (now() < block.fetchingUntil) return 0
  block.fetchingUntil = now() + fetchMilliseconds
  block.spare = Math.min(spareMax, Math.max(spareMin, block.spare * 2))
  return block.spare
}

type Lease = { draw: Draw; block: Block; needed: number; spare: number }

async function lease(meters: Meters, { draw, block, needed, spare }: Lease): Promise<LeaseAnswer> {
  const id = crypto.randomUUID()
  const { caller, class: name } = draw
  const request = { id, class: name, plan: caller.plan, needed, spare }
  const answer = await meters.lease(caller, request)
  const left = answer.granted - needed
  if (left > 0) {
    block.held.push({ id, answer, left, draw })
    block.fetchingUntil = 0
  }
  return answer
}
