/** Text as outlines. Letters that the font lacks, such as emoji, become a dot. */
import { cut, plain } from '../text.ts'
import type { Outline } from './canvas.ts'
import { letters } from './letters.gen.ts'

const unitsPerEm = 1_000
const stepsOfCurve = 6
const dot = '•'

/** What can be drawn of a text, in one line; runs of other letters are one dot. */
export function drawable(text: string, charactersMax: number): string {
  const known = Array.from(plain(text.normalize('NFC'), charactersMax), (letter) =>
    letter in letters ? letter : dot,
  )
  return known.join('').replaceAll(/•+/g, dot)
}

const glyphOf = (letter: string) => {
  const [advance = '0', path = ''] = (letters[letter] ?? letters[dot] ?? '').split('|')
  return { advance: Number(advance), path }
}

/** Pixels. */
export const widthOf = (text: string, size: number): number =>
  Array.from(text).reduce((sum, letter) => sum + glyphOf(letter).advance, 0) * (size / unitsPerEm)

/** As much of the text as fits, with an ellipsis when that is not all. */
export function fitting(text: string, size: number, width: number): string {
  let shown = text
  for (let length = text.length; widthOf(shown, size) > width && length > 1; length--) {
    shown = cut(text, length - 1)
  }
  return shown
}

/** Where a text stands: `y` is its base line, `x` its left end, or its right one. */
export type Place = { x: number; y: number; size: number; align?: 'left' | 'right' | 'center' }

export function lettering(text: string, { x, y, size, align = 'left' }: Place): Outline {
  const width = widthOf(text, size)
  const shift = { left: 0, right: width, center: width / 2 }[align]
  const scale = size / unitsPerEm
  let pen = x - shift
  return Array.from(text).flatMap((letter) => {
    const { advance, path } = glyphOf(letter)
    const contours = contoursOf(path).map((points) =>
      points.map((value, index) => (index % 2 === 0 ? pen : y) + value * scale),
    )
    pen += advance * scale
    return contours
  })
}

/** Moves, lines and quadratic curves, each relative to the point before; curves become short lines. */
function contoursOf(path: string): Outline {
  const outline: Outline = []
  let [x, y] = [0, 0]
  for (const [, kind = '', numbers = ''] of path.matchAll(/([MLQ])([^MLQ]+)/g)) {
    const deltas = numbers.split(/[ ,]/).map(Number)
    const [dx = 0, dy = 0, endX = 0, endY = 0] = deltas
    if (kind === 'M') outline.push([])
    const contour = outline.at(-1) ?? []
    if (kind === 'Q')
      contour.push(...curve([x, y], [x + dx, y + dy], [x + dx + endX, y + dy + endY]))
    ;[x, y] = kind === 'Q' ? [x + dx + endX, y + dy + endY] : [x + dx, y + dy]
    contour.push(x, y)
  }
  return outline
}

type Point = [number, number]

/** The points between both ends. */
const curve = (from: Point, control: Point, to: Point): number[] =>
  Array.from({ length: stepsOfCurve - 1 }, (_, index) => {
    const t = (index + 1) / stepsOfCurve
    const at = (axis: 0 | 1) =>
      (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * control[axis] + t ** 2 * to[axis]
    return [at(0), at(1)]
  }).flat()
