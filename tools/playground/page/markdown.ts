/** Discord's markdown as nodes: marks, headings, lists, quotes, code, mentions, times and links. */
import { type Child, element } from './element.ts'

export type Names = { nameOf: (id: string) => string }

const fence = /```(?:[a-z]*\n)?([\s\S]+?)```/

/** Blocks first: code fences, then line by line. */
export function markdown(text: string, names: Names): Node[] {
  const [before = '', code, ...rest] = text.split(fence)
  if (code === undefined) return lines(before, names)
  const after = rest.join('```')
  return [
    ...lines(before, names),
    element('pre', {}, element('code', {}, code)),
    ...(after === '' ? [] : markdown(after, names)),
  ]
}

const blocks: [RegExp, (content: Node[]) => Node][] = [
  [/^### (.+)$/, (content) => element('h5', {}, ...content)],
  [/^## (.+)$/, (content) => element('h4', {}, ...content)],
  [/^# (.+)$/, (content) => element('h3', {}, ...content)],
  [/^-# (.+)$/, (content) => element('small', {}, ...content)],
  [/^> (.+)$/, (content) => element('blockquote', {}, ...content)],
  [/^ *[-*] (.+)$/, (content) => element('div', { class: 'item' }, ...content)],
]

function lines(text: string, names: Names): Node[] {
  if (text === '') return []
  return text.split('\n').map((line) => {
    for (const [pattern, make] of blocks) {
      const [, content] = pattern.exec(line) ?? []
      if (content !== undefined) return make(inline(content, names))
    }
    return element('div', { class: 'line' }, ...inline(line, names))
  })
}

type Found = RegExpExecArray
type Mark = { pattern: RegExp; make: (found: Found, names: Names) => Child }

/** What stands between two marks; an escaped character is one of it. */
const within = String.raw`((?:\\.|[^\\])+?)`
const marked = (tag: 'strong' | 'em' | 'u' | 's', mark: string): Mark => ({
  pattern: new RegExp(mark + within + mark),
  make: ([, text = ''], names) => element(tag, {}, ...inline(text, names)),
})
const mention = (prefix: string, name: string) =>
  element('span', { class: 'mention' }, prefix + name)

/** In the order in which they are tried at a place. */
const marks: Mark[] = [
  { pattern: /\\([!-/:-@[-`{-~])/, make: ([, character = '']) => character },
  { pattern: /(`+)([\s\S]+?)\1/, make: ([, , code = '']) => element('code', {}, code.trim()) },
  marked('strong', String.raw`\*\*`),
  marked('u', '__'),
  marked('s', '~~'),
  marked('em', String.raw`\*`),
  marked('em', '_'),
  {
    pattern: new RegExp(String.raw`\|\|${within}\|\|`),
    make: ([, text = ''], names) => element('span', { class: 'spoiler' }, ...inline(text, names)),
  },
  { pattern: /<@!?(\d{17,20})>/, make: ([, id = ''], names) => mention('@', names.nameOf(id)) },
  { pattern: /<@&(\d{17,20})>/, make: ([, id = ''], names) => mention('@', names.nameOf(id)) },
  { pattern: /<#(\d{17,20})>/, make: ([, id = ''], names) => mention('#', names.nameOf(id)) },
  { pattern: /<\/([\w -]{1,32}):\d{17,20}>/, make: ([, name = '']) => mention('/', name) },
  {
    pattern: /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/,
    make: ([, at, style]) => time(Number(at), style),
  },
  {
    pattern: /\[((?:\\.|[^\\\]])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    make: ([, text = '', url = ''], names) => link(url, inline(text, names)),
  },
  { pattern: /https?:\/\/[^\s<>)]+/, make: ([url]) => link(url, [url]) },
]

/** Takes the mark that begins first; of two at one place the one that stands first in the list. */
function inline(text: string, names: Names): Node[] {
  const found = marks.flatMap(({ pattern, make }) => {
    const match = pattern.exec(text)
    return match ? [{ match, make }] : []
  })
  const [first] = found.toSorted((a, b) => a.match.index - b.match.index)
  if (!first) return text === '' ? [] : [document.createTextNode(text)]
  const { match, make } = first
  const made = make(match, names)
  return [
    ...inline(text.slice(0, match.index), names),
    ...(made ? [typeof made === 'string' ? document.createTextNode(made) : made] : []),
    ...inline(text.slice(match.index + match[0].length), names),
  ]
}

export const link = (url: string, content: Child[]) =>
  element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...content)

const styles: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
}

function time(seconds: number, style = 'f'): Child {
  const date = new Date(seconds * 1_000)
  const format = new Intl.DateTimeFormat('en', styles[style] ?? styles['f'])
  const shown = style === 'R' ? fromNow(seconds - Date.now() / 1_000) : format.format(date)
  return element('time', { datetime: date.toISOString(), title: date.toString() }, shown)
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

function fromNow(seconds: number): string {
  const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(
    Math.round(seconds / length),
    unit,
  )
}
