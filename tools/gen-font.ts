/**
 * Writes the outlines of the letters that pictures are drawn with: `node tools/gen-font.ts`. Needed only for another font or
 * more letters, so what it reads is not installed with the rest: `npm install --no-save @fontsource/inter@5.3.0 opentype.js@2.0.0`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './workers.ts'

type Command = {
  type: string
  x?: number
  y?: number
  x1?: number
  y1?: number
  x2?: number
  y2?: number
}
type Glyph = { advanceWidth: number; index: number; getPath: PathAt }
type PathAt = (x: number, y: number, size: number) => { commands: Command[] }
type Font = { charToGlyph: (character: string) => Glyph; unitsPerEm: number }
type Opentype = { parse: (bytes: ArrayBuffer) => Font }

/** Letters are drawn on a grid of this many units. */
const unitsPerEm = 1_000
const subsets = ['latin', 'latin-ext', 'greek', 'cyrillic']
/** From and to, of Unicode: Latin with accents, Greek, Cyrillic, and signs that names and numbers have. */
const ranges = [
  [0x21, 0x7e],
  [0xa1, 0x17f],
  [0x218, 0x21b],
  [0x386, 0x3ce],
  [0x400, 0x45f],
  [0x490, 0x491],
  [0x2013, 0x2014],
  [0x2018, 0x201e],
  [0x2022, 0x2022],
  [0x2026, 0x2026],
  [0x20ac, 0x20ac],
] as const

const modules = process.env['FONT_MODULES'] ?? join(repository, 'node_modules')
const { parse } = (await import(join(modules, 'opentype.js/dist/opentype.mjs'))) as Opentype
const fonts = subsets.map((subset) => {
  const file = `@fontsource/inter/files/inter-${subset}-600-normal.woff`
  const bytes = readFileSync(join(modules, file))
  return parse(new Uint8Array(bytes).buffer)
})

const lines = [' ', ...ranges.flatMap(([from, to]) => lettersOf(from, to))].flatMap((letter) => {
  const found = fonts
    .map((font) => ({ glyph: font.charToGlyph(letter), perEm: font.unitsPerEm }))
    .find(({ glyph }) => glyph.index > 0)
  return found ? [`  ${JSON.stringify(letter)}: '${outlineOf(found.glyph, found.perEm)}',`] : []
})

function lettersOf(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index))
}

/** `advance|` and then moves, lines and curves, each point relative to the one before; y grows downwards. */
function outlineOf(glyph: Glyph, perEm: number): string {
  let [x, y] = [0, 0]
  const point = (toX = 0, toY = 0): string => {
    const [nextX, nextY] = [Math.round(toX), Math.round(toY)]
    const text = `${nextX - x},${nextY - y}`
    ;[x, y] = [nextX, nextY]
    return text
  }
  const parts = glyph.getPath(0, 0, unitsPerEm).commands.map((each) => {
    if (each.type === 'Z') return ''
    if (each.type === 'Q') return `Q${point(each.x1, each.y1)} ${point(each.x, each.y)}`
    if (each.type === 'C') {
      return `C${point(each.x1, each.y1)} ${point(each.x2, each.y2)} ${point(each.x, each.y)}`
    }
    return `${each.type}${point(each.x, each.y)}`
  })
  const advance = Math.round((glyph.advanceWidth * unitsPerEm) / perEm)
  // A line to where it begins draws nothing.
  return `${advance}|${parts.filter((part) => part !== 'L0,0').join('')}`
}

const head = `/**
 * Written by tools/gen-font.ts: the letters of Inter SemiBold on a grid of ${unitsPerEm} units.
 * Copyright 2016 The Inter Project Authors (https://github.com/rsms/inter), SIL Open Font License 1.1: see OFL.txt.
 */
`
const folder = join(repository, 'workers/discord/src/pictures')
writeFileSync(
  join(folder, 'letters.gen.ts'),
  `${head}export const letters: Record<string, string> = {\n${lines.join('\n')}\n}\n`,
)
console.log(`${lines.length} letters`)
