/** One object per project: wallets hand it what is new in them, and what has come together goes into D1 and the event log at once. */
import { CountedObject } from '@coinop/shared/counted-object'
import { announceEntries, type Copy, copyWallets } from './projection.ts'

type Waiting = { copy: Copy; done: () => void; failed: (error: unknown) => void }

/** Most entries in one batch, but for those of a single wallet; they have at most about 1 KB each, and D1 takes 2 MB. */
const entriesMax = 500

export class CopyObject extends CountedObject<WalletEnv> {
  private waiting: Waiting[] = []
  private writing = false

  /**
   * Answers when D1 and the event log have the entries. It keeps nothing: a wallet that is not answered hands them over
   * again, and what is there already stays as it is.
   */
  copy(copy: Copy): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ copy, done, failed })
      if (!this.writing) void this.drain()
    })
  }

  private async drain(): Promise<void> {
    this.writing = true
    while (this.waiting.length > 0) await this.settle(this.take())
    this.writing = false
  }

  /** As many as fit, and each wallet once: what its second piece adds up to depends on the first. */
  private take(): Waiting[] {
    const taken: Waiting[] = []
    const left: Waiting[] = []
    const wallets = new Set<string>()
    let entries = 0
    for (const each of this.waiting) {
      const { wallet, rows } = each.copy
      const fits = taken.length === 0 || entries + rows.length <= entriesMax
      if (!fits || wallets.has(wallet.walletId)) {
        left.push(each)
        continue
      }
      wallets.add(wallet.walletId)
      entries += rows.length
      taken.push(each)
    }
    this.waiting = left
    return taken
  }

  /** When a batch fails each wallet has its own, so that one that cannot be copied keeps nobody else waiting. */
  private async settle(group: Waiting[]): Promise<void> {
    try {
      await this.write(group.map(({ copy }) => copy))
      for (const { done } of group) done()
    } catch (error) {
      const [only] = group
      if (group.length === 1) return only!.failed(error)
      for (const each of group) await this.settle([each])
    }
  }

  /** A crash in between costs nothing: both drop what they have. */
  private async write(copies: Copy[]): Promise<void> {
    await this.record(copies)
    await this.announce(copies)
  }

  private record(copies: Copy[]): Promise<void> {
    return copyWallets(this.env.WALLET_DB, copies)
  }

  private announce(copies: Copy[]): Promise<void> {
    return announceEntries(this.env.EVENTS_APPENDS, copies)
  }
}
