import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { LedgerCommand } from './commands.ts'
import { holdAt, type HoldRow } from './hold-rules.ts'
import { entryHash, genesisHash, type EntryRow } from './ledger-rules.ts'
import { Ledger } from './ledger.ts'
import { CommandMaker, postingOf } from './test-commands.ts'
import { ModelWallet } from './test-model.ts'
import { openTables } from './object-schema.ts'
import { environment, Random } from './test-random.ts'
import { bindings } from './test-money.ts'

const { seed, runs } = environment(10_000)
const commandsMax = 100
/** Ends a sequence: what it wrote is taken back, so that the next one begins with an empty wallet. */
const emptyAgain = new Error('the next sequence')

describe('the ledger against a plain model', () => {
  test(`${runs} sequences of up to ${commandsMax} commands, SEED=${seed}: the same answers, balances, entries and holds`, async () => {
    const done = { commands: 0, refused: 0, replayed: 0, traded: 0 }
    const perTurn = 500
    for (let first = 0; first < runs; first += perTurn) {
      const stub = bindings.WALLETS.getByName(`prj_model/${seed}-${first}`)
      await runInDurableObject(stub, (_, { storage }) => {
        // The tables stay, for what is prepared for them would be lost with them.
        openTables(storage)
        for (let run = first; run < Math.min(first + perTurn, runs); run++) {
          try {
            storage.transactionSync(() => {
              sequence(storage, new Random(seed + run), done)
              throw emptyAgain
            })
          } catch (error) {
            if (error !== emptyAgain) throw new Error(`SEED=${seed + run} RUNS=1`, { cause: error })
          }
        }
      })
    }
    console.log(`SEED=${seed} RUNS=${runs}: ${JSON.stringify(done)}`)
    expect(done.refused).toBeGreaterThan(runs)
    expect(done.replayed).toBeGreaterThan(runs)
    expect(done.traded).toBeGreaterThan(runs / 4)
  }, 600_000)
})

function sequence(
  storage: DurableObjectStorage,
  random: Random,
  done: { commands: number; refused: number; replayed: number; traded: number },
): void {
  let time = 1_700_000_000_000
  const ledger = new Ledger(storage, () => time)
  const model = new ModelWallet()
  const maker = new CommandMaker(model)
  // More short ones than long ones: what goes wrong goes wrong early.
  const count = Math.min(random.below(commandsMax), random.below(commandsMax)) + 1
  const sent: LedgerCommand[] = []
  for (let index = 0; index < count; index++) {
    time += random.below(4) * 1_000
    const earlier = random.below(6) === 0 ? random.pick(sent) : undefined
    const other = earlier && random.below(3) === 0 ? otherRequest(earlier) : earlier
    const command = other ?? maker.command(random, index)
    if (!earlier) sent.push(command)
    const [answer, expected] = [ledger.execute(command), model.execute(command, time)]
    done.commands += 1
    if (!answer.ok) done.refused += 1
    else if (answer.value.replayed) done.replayed += 1
    else if (answer.value.entries.some(({ kind }) => kind.startsWith('trade_'))) done.traded += 1
    compareAnswers(answer, expected)
    for (const { id, verdict } of model.randomVerdicts(random)) ledger.settle(id, verdict)
    if (random.below(10) === 0) compareState(ledger, model, time)
  }
  time += random.below(2) * 3_600_000
  compareState(ledger, model, time)
  compareHistory(ledger, model)
}

/** Another request under the same key. */
const otherRequest = ({ wallet, key, actor }: LedgerCommand): LedgerCommand => ({
  do: 'post',
  wallet,
  key,
  actor,
  transferId: 'id_other',
  postings: [postingOf('deposit', 'GEM', 1, '@mint')],
})

type Answer = ReturnType<Ledger['execute']>

/** Plain comparisons, for there are millions of them. */
function same(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: ${left}, and the model says ${right}`)
}

function compareAnswers(answer: Answer, expected: ReturnType<ModelWallet['execute']>): void {
  const short = answer.ok
    ? { replayed: answer.value.replayed, seqs: answer.value.entries.map(({ seq }) => seq) }
    : { code: answer.code, step: ('step' in answer && answer.step) || 0 }
  same(short, expected, 'answer')
}

function compareState(ledger: Ledger, model: ModelWallet, time: number): void {
  const balances = ledger.balances().filter(({ posted, held }) => posted !== 0 || held !== 0)
  same(
    balances.map(({ currency, posted, held }) => [currency, posted, held]),
    model.balances(time),
    'balances',
  )
  const holds = ledger.holds.before('~', 1_000).map((hold: HoldRow) => holdAt(hold, time))
  same(
    holds.map(({ id, state, captured }) => [id, state, captured]),
    model.holds.states(time),
    'holds',
  )
}

/** The entries are the model's, chained, and folding them gives what the wallet holds. */
function compareHistory(ledger: Ledger, model: ModelWallet): void {
  const entries: EntryRow[] = ledger.rows.entriesBetween(1, 1_000_000)
  same(
    entries.map(({ kind, currency, amount, heldChange }) => [kind, currency, amount, heldChange]),
    model.entries,
    'entries',
  )
  const fold = new Map<string, { posted: number; held: number }>()
  let previous = { seq: 0, hash: genesisHash, at: 0 }
  for (const { hash, ...entry } of entries) {
    const { posted, held } = fold.get(entry.currency) ?? { posted: 0, held: 0 }
    const next = { posted: posted + entry.amount, held: held + entry.heldChange }
    fold.set(entry.currency, next)
    same([entry.balanceAfter, entry.heldAfter], [next.posted, next.held], 'fold')
    same([entry.seq, entry.previousHash], [previous.seq + 1, previous.hash], 'chain')
    if (entry.at < previous.at) throw new Error('time steps back')
    if (entryHash(entry) !== hash) throw new Error('hash')
    previous = { seq: entry.seq, hash, at: entry.at }
  }
  for (const row of ledger.rows.balances()) {
    same([row.posted, row.held], Object.values(fold.get(row.currency) ?? {}), 'fold of all')
  }
}
