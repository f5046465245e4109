#!/usr/bin/env node
/**
 * `node tools/fair-verify.mjs proof.json …`: repeats a round from its seeds and says whether it is what was played. Shares no code
 * with the server, on purpose; needs Node 20 and nothing else. The page at /fair is this very file in a browser.
 */

const encoder = new TextEncoder()
const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** SHA-256 of the seed's 64 characters, as the server showed it before the first round of the pair. */
export const commitmentTo = async (serverSeed) =>
  hex(await crypto.subtle.digest('SHA-256', encoder.encode(serverSeed)))

/** One integer per bound, from 0 to the bound less 1. Words from the last whole multiple of the bound on are skipped. */
export async function drawsOf({ serverSeed, clientSeed, nonce, gameId, gameVersion }, bounds) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(serverSeed), algorithm, false, [
    'sign',
  ])
  const words = []
  let block = 0
  const nextWord = async () => {
    if (words.length === 0) {
      const message = `${gameId}:${gameVersion}:${clientSeed}:${nonce}:${block++}`
      const digest = new DataView(await crypto.subtle.sign('HMAC', key, encoder.encode(message)))
      for (let offset = 0; offset < 32; offset += 4) words.push(digest.getUint32(offset))
    }
    return words.shift()
  }
  const draws = []
  for (const bound of bounds) {
    const fair = 2 ** 32 - (2 ** 32 % bound)
    let word = await nextWord()
    while (word >= fair) word = await nextWord()
    draws.push(word % bound)
  }
  return draws
}

const rankNames = 'A 2 3 4 5 6 7 8 9 10 J Q K'.split(' ')
const pack = 'C D H S'.split(' ').flatMap((suit) => rankNames.map((rank) => rank + suit))
const packBounds = (count) => Array.from({ length: count }, (_, place) => 52 - place)
/** Fisher–Yates from the front: the card at place n changes places with the one `draw` behind it. */
function shuffled(draws) {
  const cards = [...pack]
  draws.forEach((draw, place) => {
    const other = place + draw
    ;[cards[place], cards[other]] = [cards[other], cards[place]]
  })
  return cards
}
const rankOf = (card) => rankNames.indexOf(card.slice(0, -1)) + 1

const reds = [1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36]
const colourOf = (pocket) => (pocket === 0 ? 'green' : reds.includes(pocket) ? 'red' : 'black')
const columns = ['first-column', 'second-column', 'third-column']
const dozens = ['first-dozen', 'second-dozen', 'third-dozen']

function roulettePays(on, pocket) {
  if (on === String(pocket)) return [36, 1]
  if (pocket === 0 || /^\d+$/.test(on)) return [0, 1]
  const names = [colourOf(pocket), pocket % 2 ? 'odd' : 'even', pocket < 19 ? 'low' : 'high']
  if (names.includes(on)) return [2, 1]
  const thirds = [columns[(pocket - 1) % 3], dozens[Math.floor((pocket - 1) / 12)]]
  return thirds.includes(on) ? [3, 1] : [0, 1]
}

const reel = Object.entries({ cherry: 5, lemon: 5, plum: 4, bell: 3, star: 2, seven: 1 }).flatMap(
  ([symbol, stops]) => Array(stops).fill(symbol),
)
const threePay = { cherry: 10, lemon: 12, plum: 20, bell: 30, star: 60, seven: 100 }

function totalOf(cards) {
  let total = cards.reduce((sum, card) => sum + Math.min(rankOf(card), 10), 0)
  if (total < 12 && cards.some((card) => rankOf(card) === 1)) total += 10
  return total
}

/** What the cards of a round of blackjack come to, and what each stake pays. */
function blackjackResult(player, dealer) {
  const [own, theirs] = [totalOf(player), totalOf(dealer)]
  const natural = (cards) => cards.length === 2 && totalOf(cards) === 21
  if (own > 21) return ['bust', 0, 1]
  if (natural(player) && !natural(dealer)) return ['blackjack', 5, 2]
  if (natural(dealer) && !natural(player)) return ['lose', 0, 1]
  if (own === theirs) return ['push', 1, 1]
  return theirs > 21 || own > theirs ? ['win', 2, 1] : ['lose', 0, 1]
}

function blackjack(draws, _, actions) {
  const cards = shuffled(draws)
  const [player, dealer] = [
    [cards[0], cards[2]],
    [cards[1], cards[3]],
  ]
  let next = 4
  for (const action of actions) if (action !== 'stand') player.push(cards[next++])
  const isOver = totalOf(player) > 21 || (player.length === 2 && totalOf(player) === 21)
  const standsOn = isOver ? 0 : 17
  while (totalOf(dealer) < standsOn) dealer.push(cards[next++])
  const [result, numerator, denominator] = blackjackResult(player, dealer)
  const stakes = actions.includes('double') ? 2 : 1
  return {
    outcome: {
      player: player.join(' '),
      playerTotal: totalOf(player),
      dealer: dealer.join(' '),
      dealerTotal: totalOf(dealer),
      result,
    },
    pays: [numerator * stakes, denominator],
    stakes,
  }
}

/** The rules, by game and version: what is drawn, and what it means for a choice. `pays` is a fraction of the bet. */
export const games = {
  'blackjack:1': { bounds: packBounds(51), play: blackjack },
  'coinflip:1': {
    bounds: [2],
    play: ([draw], choice) => {
      const side = ['heads', 'tails'][draw]
      return { outcome: { side }, pays: [choice.side === side ? 2 : 0, 1] }
    },
  },
  'dice:1': {
    bounds: [100],
    play: ([draw], { direction, target }) => {
      const roll = draw + 1
      const isWon = direction === 'over' ? roll > target : roll < target
      const winning = direction === 'over' ? 100 - target : target - 1
      return { outcome: { roll }, pays: isWon ? [99, winning] : [0, 1] }
    },
  },
  'high-low:1': {
    bounds: packBounds(2),
    play: (draws, { call }) => {
      const [first, second] = shuffled(draws)
      const sign = Math.sign(rankOf(second) - rankOf(first))
      const pays = { higher: [21, 10], lower: [21, 10], same: [84, 5] }
      const result = ['lower', 'same', 'higher'][sign + 1]
      return { outcome: { first, second }, pays: call === result ? pays[result] : [0, 1] }
    },
  },
  'roulette:1': {
    bounds: [37],
    play: ([pocket], { on }) => ({
      outcome: { pocket, colour: colourOf(pocket) },
      pays: roulettePays(on, pocket),
    }),
  },
  'slots:1': {
    bounds: [20, 20, 20],
    play: (draws) => {
      const [reel1, reel2, reel3] = draws.map((draw) => reel[draw])
      const shown = [reel1, reel2, reel3]
      const isThree = shown.every((symbol) => symbol === reel1)
      const isTwo = shown.filter((symbol) => symbol === 'cherry').length === 2
      return {
        outcome: { reel1, reel2, reel3 },
        pays: [isThree ? threePay[reel1] : isTwo ? 2 : 0, 1],
      }
    },
  },
}

const canonical = (facts) =>
  JSON.stringify(Object.entries(facts ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** A round or a proof, as the API answers it, in one shape. */
function flat(given) {
  const { proof = {}, ...round } = given
  const { serverSeed, commitment, clientSeed, nonce, gameVersion } = { ...round, ...proof }
  if (typeof serverSeed !== 'string') {
    throw new Error(
      'The server seed is not revealed yet: rotate the pair of seeds first, and read the proof again.',
    )
  }
  return {
    ...round,
    actions: round.actions ?? [],
    serverSeed,
    commitment,
    clientSeed,
    nonce,
    gameVersion,
  }
}

/**
 * Repeats a round: `{ isRight, checks, draws, outcome, payout }`, where each check says what was claimed and what follows.
 * Throws when the round cannot be repeated.
 */
export async function verifyRound(given) {
  const round = flat(given)
  const rules = games[`${round.gameId}:${round.gameVersion}`]
  if (!rules)
    throw new Error(
      `The rules of ${round.gameId}, version ${round.gameVersion}, are not known here.`,
    )
  const draws = await drawsOf(round, rules.bounds)
  const { outcome, pays, stakes = 1 } = rules.play(draws, round.choice, round.actions)
  const [numerator, denominator] = pays
  const payout = Number((BigInt(round.bet) * BigInt(numerator)) / BigInt(denominator))
  const check = (name, claimed, follows) => ({
    name,
    claimed,
    follows,
    isRight: claimed === follows,
  })
  const checks = [
    check(
      'The server seed is the one committed to',
      round.commitment,
      await commitmentTo(round.serverSeed),
    ),
    check('The outcome follows from the seeds', canonical(round.outcome), canonical(outcome)),
    check('The payout follows from the outcome', round.payout, payout),
    check('The stake follows from the actions', round.staked, round.bet * stakes),
  ]
  return { isRight: checks.every(({ isRight }) => isRight), checks, draws, outcome, payout }
}

/** Rounds as they come: one, a list, a page of a list, or one a line. */
export function parseRounds(text) {
  const lines = text.trim().split('\n')
  const isOneEach = lines.length > 1 && lines.every((line) => /^\{.*\}\s*$/.test(line))
  const parsed = isOneEach ? lines.map((line) => JSON.parse(line)) : JSON.parse(text)
  return [parsed.data ?? parsed].flat()
}

function report(name, { gameId }, { isRight, checks, draws, payout }) {
  const shown = draws.length > 8 ? `${draws.slice(0, 8).join(' ')} …` : draws.join(' ')
  const wrong = checks.filter((check) => !check.isRight)
  return [
    `${isRight ? 'right' : 'WRONG'}  ${name}  ${gameId}: draws ${shown}, pays ${payout}`,
    ...wrong.map(
      (check) => `       ${check.name}: claimed ${check.claimed}, but it is ${check.follows}`,
    ),
  ].join('\n')
}

async function main(files) {
  const { readFileSync } = await import('node:fs')
  for (const file of files) {
    for (const round of parseRounds(readFileSync(file === '-' ? 0 : file, 'utf8'))) {
      const verdict = await verifyRound(round)
      console.log(report(round.roundId ?? round.id ?? file, round, verdict))
      if (!verdict.isRight) process.exitCode = 1
    }
  }
}

// In a browser there is no process, and nothing of this runs.
if (globalThis.process?.argv?.[1]?.endsWith('fair-verify.mjs')) {
  const files = process.argv.slice(2)
  if (files.length === 0) {
    console.error('Usage: node fair-verify.mjs proof.json …   (- reads the standard input)')
    process.exitCode = 2
  } else {
    await main(files).catch((error) => {
      console.error(error.message)
      process.exitCode = 2
    })
  }
}
