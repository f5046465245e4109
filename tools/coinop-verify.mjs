#!/usr/bin/env node
/**
 * `npx coinop-verify ledger.ndjson`: checks an exported ledger with nothing but the file: every hash chain, every sum, the
 * Merkle root and each wallet's way to it. It shares no code with the server, on purpose, and needs nothing but Node 20.
 */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256'))
const hex = (...parts) => sha256(...parts).digest('hex')
const zero = '0'.repeat(64)
const [leafByte, nodeByte] = [Uint8Array.of(0), Uint8Array.of(1)]
const fields = {
  ledger: 'type version projectId number at wallets entries totals root previousHash hash seal',
  wallet: 'type walletId sequence hash balances index path seal',
  entry:
    'type walletId seq transferId kind currency amount counterAccount counterparty balanceAfter heldChange heldAfter memo actor at previousHash hash seal',
  end: 'type wallets entries seal',
}

/** What the hash of an entry is made of, in this order; where what is held changes, that is appended. */
const hashed =
  'previousHash seq transferId kind currency amount counterAccount counterparty balanceAfter memo actor at'
const canonical = (entry) => {
  const more = entry.heldChange === 0 ? '' : ' heldChange heldAfter'
  return JSON.stringify((hashed + more).split(' ').map((field) => entry[field]))
}

const leafOf = (projectId, { walletId, sequence, hash }) =>
  hex(leafByte, JSON.stringify([projectId, walletId, sequence, hash]))
const nodeOf = (left, right) => hex(nodeByte, Buffer.from(left + right, 'hex'))

function rootOf(hashes) {
  if (hashes.length === 0) return hex('')
  if (hashes.length === 1) return hashes[0]
  let middle = 1
  while (middle * 2 < hashes.length) middle *= 2
  return nodeOf(rootOf(hashes.slice(0, middle)), rootOf(hashes.slice(middle)))
}

/** The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2); undefined when the path has a wrong length. */
function rootFrom(leaf, index, { wallets, path }) {
  let [position, last, hash] = [index, wallets - 1, leaf]
  for (const sibling of path) {
    if (last === 0) return undefined
    if (position % 2 === 1 || position === last) {
      hash = nodeOf(sibling, hash)
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2)
        last = Math.floor(last / 2)
      }
    } else hash = nodeOf(hash, sibling)
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hash : undefined
}

/** Whether the answer of `GET /v1/ledger/proof/{walletId}` leads to its root. */
export const verifyInclusion = (proof) =>
  proof.index < proof.wallets &&
  rootFrom(leafOf(proof.projectId, proof), proof.index, proof) === proof.root

const plus = (map, key, amount) => map.set(key, (map.get(key) ?? 0n) + BigInt(amount))

/** Give it every line, without its line feed, then call `end`; `problems` names what is wrong and where. */
export class Verifier {
  problems = []
  #number = 0
  #seal = zero
  #ledger
  #wallet
  #ended = false
  #leaves = []
  #entries = 0
  #wallets = new Map()
  #accounts = new Map()
  #moving = new Map()
  #knownRoot

  constructor(knownRoot) {
    this.#knownRoot = knownRoot
  }

  #wrong(what) {
    if (this.problems.length < 50) this.problems.push({ line: this.#number, what })
  }

  #expect(condition, what) {
    if (!condition) this.#wrong(what)
  }

  line(bytes) {
    this.#number++
    this.#expect(!this.#ended, 'stands behind the end')
    try {
      const value = this.#read(bytes)
      if (value) this.#check(value)
    } catch {
      this.#wrong('cannot be understood')
    }
  }

  #check(value) {
    if (value.type === 'ledger') return this.#ledgerLine(value)
    if (!this.#ledger) return this.#wrong('comes before the line of the ledger')
    if (value.type === 'wallet') return this.#walletLine(value)
    if (value.type === 'entry') return this.#entryLine(value)
    this.#endLine(value)
  }

  /** The seal is taken over the bytes as they stand, before anything is read out of them. */
  #read(bytes) {
    const cut = bytes.length - 75
    const [content, tail] = [bytes.subarray(0, Math.max(0, cut)), bytes.subarray(Math.max(0, cut))]
    const [, seal] = /^,"seal":"([0-9a-f]{64})"\}$/.exec(tail.toString('latin1')) ?? []
    const fits = seal !== undefined && hex(this.#seal, content) === seal
    this.#expect(fits, 'was changed, or a line before it was left out or moved')
    this.#seal = seal ?? this.#seal
    try {
      const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
      const expected = Object.hasOwn(fields, value.type) ? fields[value.type] : undefined
      if (expected === Object.keys(value).join(' ')) return value
      this.#wrong('is not a line of an export')
    } catch {
      this.#wrong('cannot be read')
    }
    return undefined
  }

  #ledgerLine(ledger) {
    this.#expect(this.#number === 1 && ledger.version === 1, 'is no first line of version 1')
    const { projectId, number, at, wallets, entries, root, previousHash } = ledger
    const totals = ledger.totals.map(({ currency, wallets: inWallets, accounts }) => [
      currency,
      inWallets,
      Object.entries(accounts),
    ])
    const sealed = [previousHash, projectId, number, at, wallets, entries, totals, root]
    this.#expect(hex(JSON.stringify(sealed)) === ledger.hash, 'the hash of the proof is wrong')
    const known = this.#knownRoot
    this.#expect(known === undefined || known === root, `the root is not ${known}`)
    this.#ledger ??= ledger
  }

  #walletLine(wallet) {
    this.#closeWallet()
    const { walletId, index, path } = wallet
    const after = this.#wallet === undefined || this.#wallet.walletId < walletId
    this.#expect(after && index === this.#leaves.length, `wallet ${walletId} is not in its place`)
    const leaf = leafOf(this.#ledger.projectId, wallet)
    const { root, wallets } = this.#ledger
    const leads = rootFrom(leaf, index, { wallets, path }) === root
    this.#expect(leads, `the head of wallet ${walletId} is not under the root`)
    this.#leaves.push(leaf)
    this.#wallet = { ...wallet, line: this.#number, seq: 0, head: zero, time: 0, fold: new Map() }
  }

  #entryLine(entry) {
    const wallet = this.#wallet
    const name = `entry ${entry.walletId}/${entry.seq}`
    if (wallet?.walletId !== entry.walletId) return this.#wrong(`${name} is not in its wallet`)
    this.#expect(entry.seq === wallet.seq + 1, `${name} does not follow ${wallet.seq}`)
    this.#expect(entry.previousHash === wallet.head, `${name} is not chained to the one before`)
    this.#expect(hex(canonical(entry)) === entry.hash, `${name} does not have its hash`)
    this.#expect(entry.at >= wallet.time, `${name} is older than the one before`)
    const { balanceAfter, heldAfter } = entry
    const before = wallet.fold.get(entry.currency) ?? [0, 0]
    const [posted, held] = [before[0] + entry.amount, before[1] + entry.heldChange]
    const exact = [posted, held].every(Number.isSafeInteger) && held >= 0 && posted >= held
    const stated = posted === balanceAfter && held === heldAfter
    this.#expect(exact && stated, `${name} has a wrong balance`)
    // What is stated goes on, so that one wrong line does not make all later ones wrong.
    wallet.fold.set(entry.currency, [balanceAfter, heldAfter])
    Object.assign(wallet, { seq: entry.seq, head: entry.hash, time: entry.at })
    this.#entries++
    plus(this.#wallets, entry.currency, entry.amount)
    plus(this.#accounts, `${entry.currency} ${entry.counterAccount}`, -entry.amount)
    if (entry.counterAccount === '@transit' && entry.amount !== 0) this.#move(entry, name)
  }

  /** A transfer leaves once, and ends once: it arrives, or it comes back. So does a reversal, under the same id. */
  #move({ transferId, kind, amount }, name) {
    const [what, direction] = kind.split('_')
    const key = `${what} ${transferId}`
    const known = this.#moving.get(key) ?? { amount: Math.abs(amount) }
    const again = known[direction] || (direction !== 'out' && known.ended)
    this.#expect(!again && known.amount === Math.abs(amount), `${name}: ${key} moves twice`)
    known[direction] = true
    known.ended ||= direction !== 'out'
    this.#moving.set(key, known)
  }

  #closeWallet() {
    const wallet = this.#wallet
    if (!wallet) return
    const { walletId, sequence, hash, line } = wallet
    const complete = wallet.seq === sequence && wallet.head === hash
    const at = `wallet ${walletId} of line ${line}`
    this.#expect(complete, `${at} does not end at its entry ${sequence}`)
    const folded = [...wallet.fold].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const stated = wallet.balances.map(({ currency, posted, held }) => [currency, [posted, held]])
    this.#expect(JSON.stringify(folded) === JSON.stringify(stated), `${at} has other balances`)
  }

  #endLine({ wallets, entries }) {
    this.#closeWallet()
    this.#ended = true
    const ledger = this.#ledger
    const counted = [this.#leaves.length, this.#entries].join()
    const proven = [ledger.wallets, ledger.entries].join()
    const same = counted === [wallets, entries].join() && counted === proven
    this.#expect(same, 'wallets or entries are missing')
    this.#expect(rootOf(this.#leaves) === ledger.root, 'the root is not that of the wallets')
    for (const { currency, wallets: inWallets, accounts, sum } of ledger.totals) {
      const stated = [inWallets, ...Object.values(accounts)].map(BigInt)
      const total = stated.reduce((left, right) => left + right, 0n)
      this.#expect(total === 0n && sum === '0', `${currency} does not add up to 0`)
      this.#expect(this.#wallets.get(currency) === BigInt(inWallets), `${currency}: other balances`)
      for (const [account, amount] of Object.entries(accounts)) {
        const found = this.#accounts.get(`${currency} ${account}`) ?? 0n
        this.#expect(found === BigInt(amount), `${currency}: other entries of ${account}`)
      }
    }
    const currencies = ledger.totals.map(({ currency }) => currency)
    const totalled = [...this.#wallets.keys()].every((each) => currencies.includes(each))
    this.#expect(totalled, 'a currency has no total')
  }

  /** Call it behind the last line. Answers what was found in order. */
  end() {
    this.#number++
    this.#expect(this.#ended, 'there is no end: lines are missing')
    const inTransit = [...this.#moving.values()].filter(({ ended }) => !ended).length
    const { projectId, number, root } = this.#ledger ?? {}
    const counts = { wallets: this.#leaves.length, entries: this.#entries, inTransit }
    return { projectId, number, root, ...counts }
  }
}

/** Checks a whole file that is in memory. */
export function verifyLedger(bytes, knownRoot) {
  const verifier = new Verifier(knownRoot)
  const rest = feed(verifier, Buffer.from(bytes))
  if (rest.length > 0) verifier.line(rest)
  return { ...verifier.end(), problems: verifier.problems }
}

/** Gives it the complete lines, and answers what is behind the last of them. */
function feed(verifier, bytes) {
  let from = 0
  for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
    verifier.line(bytes.subarray(from, to))
    from = to + 1
  }
  return bytes.subarray(from)
}

const usage = `Usage: coinop-verify <ledger.ndjson> [--root <hex>]
       coinop-verify --inclusion <proof.json> [--root <hex>]
  --root  the root that you know from elsewhere; without it the file is only checked against itself`

async function verifyFile(file, knownRoot) {
  const verifier = new Verifier(knownRoot)
  let rest = Buffer.alloc(0)
  for await (const part of createReadStream(file)) {
    rest = feed(verifier, rest.length === 0 ? part : Buffer.concat([rest, part]))
  }
  if (rest.length > 0) verifier.line(rest)
  return { ...verifier.end(), problems: verifier.problems }
}

function verifyInclusionFile(file, knownRoot) {
  const proof = JSON.parse(readFileSync(file, 'utf8'))
  const right = verifyInclusion(proof) && (knownRoot ?? proof.root) === proof.root
  const what = `wallet ${proof.walletId}, entry ${proof.sequence}, ${proof.hash}`
  console.log(`${right ? 'In the ledger' : 'NOT in the ledger'} of root ${proof.root}: ${what}`)
  return right
}

async function main(args) {
  const option = (name) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined)
  const [root, inclusion] = [option('--root'), option('--inclusion')]
  if (inclusion) return verifyInclusionFile(inclusion, root) ? 0 : 1
  if (args.length !== 1) throw new Error(usage)
  const { problems, ...found } = await verifyFile(args[0], root)
  for (const { line, what } of problems) console.error(`line ${line}: ${what}`)
  const verdict = problems.length === 0 ? 'Everything is right.' : 'WRONG.'
  console.log(`${verdict} ${JSON.stringify(found)}`)
  return problems.length === 0 ? 0 : 1
}

// By its real path: npx comes through a link.
if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.exitCode = await main(process.argv.slice(2)).catch(({ message }) => {
    console.error(message)
    return 2
  })
}
