/** Entries of a board in memory, so that a user who comes again costs no row: true as long as all changes pass through here. */
import type { EntryRow } from './board-rows.ts'

/** Most characters of the younger half, metadata and an allowance for the rest of each entry; the older one holds no more. */
const charactersMax = 4_194_304
const allowance = 256

/** What was not asked for while the younger half filled is forgotten when it is full. */
export class KnownEntries {
  private young = new Map<string, EntryRow | undefined>()
  private old = new Map<string, EntryRow | undefined>()
  private characters = 0

  has(userId: string): boolean {
    return this.young.has(userId) || this.old.has(userId)
  }

  /** Undefined too when it is known that there is none. */
  get(userId: string): EntryRow | undefined {
    const young = this.young.get(userId)
    if (young || this.young.has(userId)) return young
    const entry = this.old.get(userId)
    if (entry || this.old.has(userId)) this.set(userId, entry)
    return entry
  }

  set(userId: string, entry: EntryRow | undefined): void {
    if (!this.young.has(userId)) this.characters += allowance
    this.characters +=
      (entry?.metadata?.length ?? 0) - (this.young.get(userId)?.metadata?.length ?? 0)
    this.young.set(userId, entry)
  }

  /** Not in the middle of a stretch: what has changed and is not written yet is nowhere else. */
  makeRoom(): void {
    if (this.characters <= charactersMax) return
    this.old = this.young
    this.young = new Map()
    this.characters = 0
  }
}
