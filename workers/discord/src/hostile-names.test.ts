import { describe, expect, test } from 'vitest'
import { drawable } from './pictures/lettering.ts'
import { escaped, plain } from './text.ts'

const count = 10_000

/** What names are made of that want to be more than names. */
const pieces = [
  '@everyone',
  '@here',
  '<@1300000000000000001>',
  '<@!1300000000000000001>',
  '<@&1300000000000000001>',
  '<#1300000000000000001>',
  '</pay:1300000000000000001>',
  '<:coin:1300000000000000001>',
  '<a:x:1300000000000000001>',
  '<t:0:R>',
  '<id:home>',
  '[free nitro](https://evil.example)',
  'https://evil.example',
  'discord.gg/evil',
  '<https://evil.example>',
  'mailto:a@evil.example',
  'www.evil.example',
  '[x](<javascript:alert()>)',
  ':smile:',
  '**',
  '*',
  '__',
  '_',
  '~~',
  '||',
  '`',
  '```',
  '> ',
  '>>> ',
  '# ',
  '## ',
  '### ',
  '-# ',
  '- ',
  '1. ',
  '\\',
  '\\\\',
  '\n',
  '\r\n',
  '\u2028',
  '\u2029',
  '\t',
  '\u0000',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u202a',
  '\u202b',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u3164',
  '\u2800',
  '\u180e',
  '\u{e0041}',
  '\ufe0f',
  '\ud800',
  '\udfff',
  '\u0300',
  '\u0489',
  '🗡',
  '王',
  'אב',
  'ada',
  'Grace',
  ' ',
  '\u00a0',
  '',
]

/** The same 10,000 names each time: xorshift from a fixed seed. */
function* names(): Generator<string> {
  let state = 0x2545f491
  const next = (below: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  for (let index = 0; index < count; index++) {
    yield Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]).join('')
  }
}

/**
 * What Discord would make more of than words, read from its documentation on markdown and mentions: every sign that can
 * begin something must stand behind a backslash.
 */
function liveSigns(text: string): string[] {
  const live: string[] = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (sign === '\\') at += 1
    else if (/[*_~`|<>#@[\]():/.\-+]/.test(sign)) live.push(sign)
  }
  return live
}

const unseen = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\u115f|\u3164|\u2800|\u034f|\u2028|\u2029/u

describe('10,000 hostile display names', () => {
  test('let no mention, link or markup through where markdown is read', () => {
    const wrong = []
    for (const name of names()) {
      const shown = escaped(name, 64)
      if (liveSigns(shown).length > 0 || unseen.test(shown) || shown.length > 128)
        wrong.push(encodeURI(name.toWellFormed()))
    }
    expect(wrong).toEqual([])
  })

  test('are one visible line where none is read', () => {
    const wrong = []
    for (const name of names()) {
      const shown = plain(name, 64)
      if (unseen.test(shown) || /\s{2}/.test(shown) || shown.trim() === '' || shown.length > 64) {
        wrong.push(encodeURI(name.toWellFormed()))
      }
    }
    expect(wrong).toEqual([])
  })

  test('are drawn with letters that the font has', () => {
    for (const name of names()) {
      const shown = drawable(name, 40)
      expect(shown.length).toBeGreaterThan(0)
      expect(unseen.test(shown)).toBe(false)
    }
  })
})
