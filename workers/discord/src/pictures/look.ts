/** What all pictures have in common. */
import { type Canvas, type Color, fill, type Gradient, newCanvas } from './canvas.ts'
import { fitting, lettering, type Place } from './lettering.ts'
import { box, circle, roundedBox } from './shapes.ts'

export const tones = {
  night: '#14151f',
  panel: '#1e2030',
  raised: '#272a3f',
  text: '#f4f4fb',
  faint: '#9a9fbd',
  accent: ['#6d5dfc', '#c26bff'],
  gold: '#f5c451',
  silver: '#c9d1e0',
  bronze: '#d6925a',
} as const satisfies Record<string, Color | readonly [Color, Color]>

export const accent: Gradient = [...tones.accent]

/** A dark ground with a light stripe on top. */
export function newCard(width: number, height: number): Canvas {
  const canvas = newCanvas(width, height)
  fill(canvas, box({ x: 0, y: 0, width, height }), tones.night)
  fill(canvas, box({ x: 0, y: 0, width, height: 6 }), accent)
  return canvas
}

export function write(
  canvas: Canvas,
  text: string,
  place: Place & { color: Color; width?: number },
) {
  const { color, width, ...where } = place
  const shown = width === undefined ? text : fitting(text, where.size, width)
  fill(canvas, lettering(shown, where), color)
}

/** A round badge with the first letter of a name, in a colour of its own for each `seed`. */
export function badge(
  canvas: Canvas,
  { x, y, radius }: { x: number; y: number; radius: number },
  name: string,
  seed: string,
): void {
  fill(canvas, circle(x, y, radius), colorOf(seed))
  const [first = '?'] = Array.from(name.toUpperCase())
  const size = radius * 1.05
  write(canvas, first, { x, y: y + size * 0.36, size, align: 'center', color: tones.night })
}

const badgeColors = ['#7dd3fc', '#86efac', '#fcd34d', '#fda4af', '#c4b5fd', '#fdba74', '#5eead4']

function colorOf(seed: string): Color {
  const sum = Array.from(seed).reduce(
    (total, letter) => (total * 31 + letter.charCodeAt(0)) % 9973,
    7,
  )
  return badgeColors[sum % badgeColors.length] ?? tones.faint
}

/** `share` is 0 to 1. */
export function bar(
  canvas: Canvas,
  { x, y, width, height }: Parameters<typeof roundedBox>[0],
  share: number,
) {
  fill(canvas, roundedBox({ x, y, width, height }, height / 2), tones.raised)
  const filled = Math.max(height, width * Math.min(Math.max(share, 0), 1))
  fill(canvas, roundedBox({ x, y, width: filled, height }, height / 2), accent)
}
