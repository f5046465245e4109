/** The panel: every exchange with the bot as it went over the wire, and as a curl command. */
import { element } from './element.ts'
import { curlOf, type Exchange, type Exchanges } from './exchanges.ts'

export function inspector(exchanges: Exchanges): HTMLElement {
  const list = element('div', { class: 'exchanges', role: 'group', 'aria-label': 'Exchanges' })
  const detail = element('div', { class: 'detail' })
  /** The newest, until somebody chooses another. */
  let chosen: Exchange | undefined
  let isIndented = true
  const toggle = element('button', { type: 'button', class: 'chip' })
  toggle.addEventListener('click', () => {
    isIndented = !isIndented
    show()
  })

  function show(): void {
    const [newest] = exchanges.all()
    const shown = chosen ?? newest
    const choose = (exchange: Exchange) => {
      chosen = exchange === newest ? undefined : exchange
      show()
    }
    toggle.textContent = isIndented ? 'Show as received' : 'Show indented'
    list.hidden = shown === undefined
    list.replaceChildren(...exchanges.all().map((each) => line(each, each === shown, choose)))
    detail.replaceChildren(...(shown ? detailOf(shown, isIndented, toggle) : [hint()]))
  }

  exchanges.onChange(show)
  show()
  const head = element('header', { class: 'client-head' }, element('h2', {}, 'Over the wire'))
  const label = 'Requests and responses'
  return element('aside', { class: 'inspector', 'aria-label': label }, head, list, detail)
}

function line(exchange: Exchange, isShown: boolean, choose: (exchange: Exchange) => void) {
  const onclick = () => choose(exchange)
  return element(
    'button',
    { type: 'button', 'aria-current': isShown, onclick },
    element('span', {}, exchange.title),
    element('span', { class: 'took' }, summaryOf(exchange)),
  )
}

const hint = () =>
  element(
    'p',
    { class: 'hint' },
    'Each signed request and its response appear here as they were sent.',
  )

const summaryOf = ({ answer, warning }: Exchange) =>
  [
    answer && `${answer.status} · ${Math.round(answer.milliseconds)} ms`,
    warning !== undefined && '⚠',
  ]
    .filter(Boolean)
    .join(' ')

function detailOf(exchange: Exchange, isIndented: boolean, toggle: HTMLElement): HTMLElement[] {
  const { method, url, headers, body, answer, warning } = exchange
  const isOurs = url.startsWith('http')
  const request = [`${method} ${url}`, ...headerLines(Object.entries(headers)), '', body]
  return [
    ...(warning === undefined ? [] : [element('p', { class: 'warning' }, warning)]),
    element('h3', {}, 'Request', isOurs && copyButton(exchange)),
    raw('Request', request),
    ...(answer === undefined
      ? []
      : [
          element('h3', {}, `Response: ${answer.status}`, toggle),
          element(
            'details',
            {},
            element('summary', {}, `${answer.headers.length} headers`),
            raw('Response headers', headerLines(answer.headers)),
          ),
          raw('Response', [isIndented ? indented(answer.body) : answer.body]),
        ]),
  ]
}

const raw = (label: string, lines: string[]) =>
  element('pre', { tabindex: 0, 'aria-label': label }, lines.join('\n'))

/** JSON for people, with what stands behind it; everything else as it is. */
function indented(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  try {
    return [JSON.stringify(JSON.parse(first), null, 2), ...rest].join('\n')
  } catch {
    return text
  }
}

const headerLines = (headers: [string, string][]) =>
  headers.map(([name, value]) => `${name}: ${value}`)

function copyButton(exchange: Exchange): HTMLElement {
  const button = element('button', { type: 'button', class: 'chip' }, 'Copy as curl')
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(curlOf(exchange)).then(() => {
      button.textContent = 'Copied'
    })
  })
  return button
}
