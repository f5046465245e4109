import { describe, expect, test } from 'vitest'
import { cut, escaped, plain } from './text.ts'

describe('escaped', () => {
  test.each([
    ['**bold**', '\\*\\*bold\\*\\*'],
    ['__u__ ~~s~~ ||spoiler||', '\\_\\_u\\_\\_ \\~\\~s\\~\\~ \\|\\|spoiler\\|\\|'],
    ['`code`', '\\`code\\`'],
    ['[free](https://evil.example)', '\\[free\\]\\(https\\:\\/\\/evil\\.example\\)'],
    ['@everyone', '\\@everyone'],
    ['<@123456789012345678>', '\\<\\@123456789012345678\\>'],
    ['<:coin:123456789012345678>', '\\<\\:coin\\:123456789012345678\\>'],
    ['# title', '\\# title'],
    ['> quote', '\\> quote'],
    ['- list', '\\- list'],
    ['back\\slash', 'back\\\\slash'],
  ])('%j cannot format, link or mention', (text, expected) => {
    expect(escaped(text, 100)).toBe(expected)
  })

  test('is at most twice as long as allowed, whatever it is given', () => {
    expect(escaped('*'.repeat(5_000), 100).length).toBeLessThanOrEqual(200)
  })
})

describe('plain', () => {
  test.each([
    ['bidi override', 'user\u202egnp.exe', 'usergnp.exe'],
    ['bidi isolate', 'a\u2066b\u2069c', 'abc'],
    ['zero width space and joiner', 'a\u200bd\u200da', 'ada'],
    ['byte order mark and soft hyphen', '\ufeffa\u00adda', 'ada'],
    ['tag characters', 'ada\u{e0067}\u{e007f}', 'ada'],
    ['hangul filler', '\u3164ada', 'ada'],
    ['control characters', 'a\u0000d\u001ba', 'ada'],
    ['a lone surrogate', 'ada\ud800', 'ada'],
    ['line breaks', 'ada\r\n\u2028grace', 'ada grace'],
  ])('drops %s', (_, text, expected) => {
    expect(plain(text, 100)).toBe(expected)
  })

  test('leaves words of any script, and emoji, as they are', () => {
    expect(plain('Åse 王 ダ אבג 🗡', 100)).toBe('Åse 王 ダ אבג 🗡')
  })

  test('says unnamed when nothing visible is left', () => {
    expect(plain('\u200b \u202e\u3164', 100)).toBe('unnamed')
  })
})

describe('cut', () => {
  test('never splits a character in two', () => {
    expect(cut('🗡🗡🗡', 4)).toBe('🗡…')
    expect(cut('🗡🗡', 4)).toBe('🗡🗡')
  })
})
