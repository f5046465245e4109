/** An export of random wallets for tests, made by the functions that make the real one, without a database. */
import { isoTime } from '@coinop/shared/clock'
import {
  addLine,
  endLine,
  entryLine,
  firstSeal,
  ledgerLine,
  type Lines,
  walletLine,
} from './export-lines.ts'
import { headHash, type Head, pathOf, proofHash } from './proof-rules.ts'
import { merkleRoot } from './merkle.ts'
import { systemAccounts, type Totals } from './supply.ts'
import { chained, choices, type Past } from './test-chain.ts'

export { choices }

type Size = { wallets: number; entriesMax: number }
const projectId = 'prj_01k9x6c3v5t8r2m4n7p0q1s2w3'

/** What a wallet does between a deposit and its end: one entry each, or the two of a hold. */
const more = (
  index: number,
): Pick<Past, 'kind' | 'amount' | 'heldChange' | 'counterAccount' | 'transferId'>[][] => {
  const hold = { transferId: `hld_${index}`, counterAccount: '@shop' as const }
  const begun = { ...hold, kind: 'hold' as const, amount: 0, heldChange: 2 }
  return [
    [],
    [begun],
    [begun, { ...hold, kind: 'capture', amount: -1, heldChange: -2 }],
    [begun, { ...hold, kind: 'void', amount: 0, heldChange: -2 }],
    [begun, { ...hold, kind: 'expire', amount: 0, heldChange: -2 }],
    [{ kind: 'withdraw', amount: -2, counterAccount: '@burn' }],
    [{ kind: 'reversal_out', amount: -2, counterAccount: '@mint' }],
    [{ kind: 'refund', amount: 1, counterAccount: '@shop' }],
  ]
}

/** Every wallet has deposits and pays; one of every two sends to the next one, which takes it or not yet, or sends it back. */
function randomPasts({ below, of }: ReturnType<typeof choices>, { wallets, entriesMax }: Size) {
  const pasts = Array.from({ length: wallets }, (): Past[] => [])
  for (const [index, past] of pasts.entries()) {
    for (let at = 0; at <= below(entriesMax); at++) {
      const posting = { currency: of(['COIN', 'GEM']), counterparty: '', at }
      past.push({ ...posting, kind: 'deposit', amount: 20 + below(80), counterAccount: '@mint' })
      const pays = { ...posting, currency: past.at(-1)!.currency }
      past.push({ ...pays, kind: 'charge', amount: -1 - below(9), counterAccount: '@shop' })
      for (const each of of(more(past.length))) past.push({ ...pays, ...each })
    }
    const next = pasts[index + 1]
    if (index % 2 === 1 || !next || past.length === 0) continue
    const moving = { currency: past[0]!.currency, counterAccount: '@transit' as const, at: 1e3 }
    const transfer = { ...moving, counterparty: '', transferId: `trf_moves${index}` }
    past.push({ ...transfer, kind: 'transfer_out', amount: -1 })
    const end = of(['in', 'back', 'moving', 'reversed', 'reversing'])
    if (end !== 'back' && end !== 'moving') {
      next.push({ ...transfer, at: 0, kind: 'transfer_in', amount: 1 })
    }
    if (end.startsWith('revers')) {
      next.push({ ...transfer, at: 0, kind: 'reversal_out', amount: -1 })
    }
    if (end === 'reversed') past.push({ ...transfer, kind: 'reversal_in', amount: 1 })
    if (end === 'back') past.push({ ...transfer, kind: 'transfer_refund', amount: 1 })
  }
  return pasts
}

/** The text of an export, its lines, its root, and what `GET /v1/ledger/proof/{walletId}` says of each wallet. */
export function exportOf(random: ReturnType<typeof choices>, size: Size) {
  const wallets = randomPasts(random, size).map((past, index) => {
    const { rows, balances } = chained(past)
    const walletId = `usr_${String(index).padStart(26, '0')}`
    const head: Head = [walletId, rows.length, rows.at(-1)!.hash]
    return { rows, balances, head }
  })
  const heads = wallets.map(({ head }) => head)
  const roots = [merkleRoot(heads.map((head) => headHash(projectId, head)))]
  const root = roots[0]!
  const rows = wallets.flatMap((wallet) => wallet.rows)
  const proof = {
    projectId,
    number: 3,
    at: 1_700_000_000_000,
    wallets: heads.length,
    entries: rows.length,
    totals: totalsOf(rows),
    root,
    previousRoot: null,
    previousHash: 'a'.repeat(64),
  }
  const hash = proofHash(proof)
  let lines: Lines = addLine({ seal: firstSeal, text: '' }, ledgerLine({ ...proof, hash }))
  for (const [index, { rows, balances, head }] of wallets.entries()) {
    const path = pathOf(projectId, index, { heads, roots })
    lines = addLine(lines, walletLine({ head, index, path }, balances))
    for (const row of rows) lines = addLine(lines, entryLine(head[0], row))
  }
  const { text } = addLine(lines, endLine(heads.length, rows.length))
  const inclusions = heads.map(([walletId, sequence, headOf], index) => ({
    projectId,
    number: 3,
    at: isoTime(proof.at),
    wallets: heads.length,
    root,
    walletId,
    sequence,
    hash: headOf,
    index,
    path: pathOf(projectId, index, { heads, roots }),
  }))
  return { text, lines: text.trimEnd().split('\n'), root, inclusions }
}

function totalsOf(rows: { currency: string; amount: number; counterAccount: string }[]): Totals[] {
  const sum = (some: { amount: number }[]) => some.reduce((all, { amount }) => all + amount, 0)
  return [...Map.groupBy(rows, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, all]) => {
      const other = systemAccounts.map((account) => {
        const of = all.filter(({ counterAccount }) => counterAccount === account)
        return [account, String(0 - sum(of))]
      })
      return { currency, wallets: String(sum(all)), accounts: Object.fromEntries(other) }
    })
}
