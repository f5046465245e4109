/** A thousand rounds with fixed seeds, as the server plays them: `node tools/fair-vectors.ts` writes `fair-vectors.ndjson`. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commitmentTo, drawsOf } from '../workers/games/src/fairness.ts'
import { share } from '../workers/games/src/fractions.ts'
import type { Game } from '../workers/games/src/game-rules.ts'
import { games } from '../workers/games/src/games/index.ts'

export const vectorsFile = join(import.meta.dirname, 'fair-vectors.ndjson')
export const vectorsCount = 1_000
const bet = 1_001
const noncesPerSeed = 25

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** One round; every choice and every action comes up, by turns. */
function vector(index: number) {
  const game: Game = games[index % games.length]!
  const turn = Math.floor(index / games.length)
  const pair = Math.floor(index / noncesPerSeed)
  const serverSeed = digest(`seed ${pair}`)
  const source = { serverSeed, clientSeed: `player-${pair}`, nonce: (index % noncesPerSeed) + 1 }
  const draws = drawsOf({ ...source, game: game.id, version: game.version }, game.bounds)
  const lines = game.paytable()
  const { choice } = lines[turn % lines.length]!
  const actions: string[] = []
  for (;;) {
    const waits = game.steps?.waiting(draws, actions)
    if (!waits) break
    actions.push(waits.actions[(turn + actions.length) % waits.actions.length]!)
  }
  const { outcome, pays } = game.play(draws, choice, actions)
  return {
    gameId: game.id,
    gameVersion: game.version,
    commitment: commitmentTo(serverSeed),
    ...source,
    choice,
    actions,
    bet,
    staked: bet * (game.steps?.stakesOf(actions) ?? 1),
    outcome,
    payout: share(bet, pays),
  }
}

export const fairVectors = () => Array.from({ length: vectorsCount }, (_, index) => vector(index))

/** One round a line, so that a change shows which rounds it changes. */
export const written = (vectors: object[]): string =>
  vectors.map((each) => `${JSON.stringify(each)}\n`).join('')

if (import.meta.main) writeFileSync(vectorsFile, written(fairVectors()))
