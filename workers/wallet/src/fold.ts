/** What entries make when they are added up one by one, and whether each follows from the one before. Pure. */
import { type EntryRow, entryHash, genesisHash } from './ledger-rules.ts'

type Sums = { posted: number; held: number; accounts: Record<string, string> }
/** Of the entries up to `seq`. Plain data, so that a long history can be added up in several runs. */
export type Fold = { seq: number; hash: string; balances: Record<string, Sums> }

export const emptyFold: Fold = { seq: 0, hash: genesisHash, balances: {} }

/** A fact that does not hold: which one, of what, what it should be and what it is. */
export type Difference = { what: string; subject: string; expected: string; found: string }

/** Adds an entry, and says what is wrong with it. */
export function addToFold(fold: Fold, entry: EntryRow): { fold: Fold; differences: Difference[] } {
  const { currency, counterAccount } = entry
  const before = fold.balances[currency] ?? { posted: 0, held: 0, accounts: {} }
  const posted = before.posted + entry.amount
  const held = before.held + entry.heldChange
  const account = BigInt(before.accounts[counterAccount] ?? 0) - BigInt(entry.amount)
  const accounts = { ...before.accounts, [counterAccount]: String(account) }
  const balances = { ...fold.balances, [currency]: { posted, held, accounts } }
  const facts: [string, string | number, string | number][] = [
    ['entry_sequence', fold.seq + 1, entry.seq],
    ['entry_chain', fold.hash, entry.previousHash],
    ['entry_hash', entryHash(entry), entry.hash],
    ['entry_balance', `${posted} ${held}`, `${entry.balanceAfter} ${entry.heldAfter}`],
  ]
  return {
    fold: { seq: entry.seq, hash: entry.hash, balances },
    differences: compared(String(entry.seq), facts),
  }
}

/** The facts whose two sides differ. */
export const compared = (
  subject: string,
  facts: [what: string, expected: unknown, found: unknown][],
): Difference[] =>
  facts
    .map(([what, expected, found]) => ({
      what,
      subject,
      expected: String(expected),
      found: String(found),
    }))
    .filter(({ expected, found }) => expected !== found)
