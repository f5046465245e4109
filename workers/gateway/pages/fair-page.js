// The page around the verifier: what is pasted goes into it, and what it says is shown. All text is set as text.
const element = (name, className, ...children) => {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}
const byId = (id) => document.querySelector(`#${id}`)

const example = {
  gameId: 'high-low',
  gameVersion: 1,
  commitment: 'example-commitment',
  serverSeed: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  clientSeed: 'my-lucky-text-7',
  nonce: 3,
  choice: { call: 'higher' },
  actions: [],
  bet: 100,
  staked: 100,
}

const suits = { C: '♣', D: '♦', H: '♥', S: '♠' }
/** Cards as people know them: 10H is 10♥. */
const shown = (value) =>
  String(value).replaceAll(/\b(10|[2-9AJQK])([CDHS])\b/g, (_, rank, suit) => rank + suits[suit])

function factsOf(facts) {
  const entries = Object.entries(facts).map(([name, value]) => {
    const words = name.replaceAll(/([A-Z0-9]+)/g, ' $1').toLowerCase()
    return element('div', '', element('dt', '', words), element('dd', '', shown(value)))
  })
  return element('dl', 'shown', ...entries)
}

function checkOf({ name, claimed, follows, isRight }) {
  if (isRight) return element('li', '', name)
  const claim = element('span', 'mono', `claimed: ${claimed}`)
  return element('li', 'wrong', name, claim, element('span', 'mono', `follows: ${follows}`))
}

function verdictOf(round, { isRight, checks, draws, outcome, payout }) {
  const id = round.roundId ?? round.id
  const what = `${round.gameId}${id ? ` · ${id}` : ''} · bet ${round.bet}, pays ${payout}`
  const seeds = round.proof ?? round
  const message = `${round.gameId}:${seeds.gameVersion}:${seeds.clientSeed}:${seeds.nonce}:0`
  return element(
    'article',
    isRight ? 'verdict' : 'verdict wrong',
    element('h2', '', isRight ? 'Fair: this is what the seeds give' : 'Not what the seeds give'),
    element('p', '', what),
    factsOf(outcome),
    element('ul', 'checks', ...checks.map(checkOf)),
    element(
      'p',
      'fingerprint',
      'The fingerprint that you were shown before you played must be this one: ',
      element('code', '', seeds.commitment),
    ),
    element(
      'details',
      '',
      element('summary', '', 'How it was repeated'),
      element('p', 'mono', `HMAC-SHA256(server seed, "${message}"), block after block`),
      element('p', 'mono', `draws: ${draws.join(' ')}`),
    ),
  )
}

const failureOf = (error) =>
  element(
    'article',
    'verdict wrong',
    element('h2', '', 'This cannot be checked'),
    element(
      'p',
      '',
      error instanceof SyntaxError ? 'It is not JSON: copy the whole answer.' : error.message,
    ),
  )

const verdictsMax = 25

async function check() {
  const result = byId('result')
  try {
    const rounds = parseRounds(byId('proof').value)
    const found = []
    for (const round of rounds) found.push([round, await verifyRound(round)])
    const wrong = found.filter(([, { isRight }]) => !isRight)
    const listed = [...wrong, ...found.filter((each) => !wrong.includes(each))].slice(
      0,
      verdictsMax,
    )
    const parts = listed.map(([round, verdict]) => verdictOf(round, verdict))
    if (rounds.length > 1) {
      const sum = `${found.length} rounds checked, ${wrong.length} wrong`
      parts.unshift(element('p', 'lead', sum))
    }
    result.replaceChildren(...parts)
  } catch (error) {
    result.replaceChildren(failureOf(error))
  }
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void check()
})

async function showExample() {
  const commitment = await commitmentTo(example.serverSeed)
  const { outcome, payout } = await verifyRound({ ...example, commitment })
  byId('proof').value = JSON.stringify({ ...example, commitment, outcome, payout }, null, 2)
  await check()
}

async function openFile([file]) {
  if (!file) return
  byId('proof').value = await file.text()
  await check()
}

byId('example').addEventListener('click', () => void showExample())
byId('file').addEventListener('change', (event) => void openFile(event.target.files))
