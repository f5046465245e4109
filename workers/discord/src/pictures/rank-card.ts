/** The card of one player: who they are, their rank on a board or what they made of the games, and a few figures. */
import type { Canvas } from './canvas.ts'
import { fill } from './canvas.ts'
import { drawable } from './lettering.ts'
import { badge, bar, newCard, tones, write } from './look.ts'
import { roundedBox } from './shapes.ts'

export type Card = {
  name: string
  /** Decides the colour of the badge. */
  id: string
  title: string
  /** The large word on the right, such as `#3`. */
  highlight: string
  /** Under it. */
  caption: string
  /** At most four. */
  figures: { label: string; value: string }[]
  /** How far the bar is filled, 0 to 1; without one there is no bar. */
  share?: number | undefined
}

const [width, height] = [900, 300]
const margin = 36
const figuresMax = 4
const nameCharacters = 40

export function drawRankCard(card: Card): Canvas {
  const canvas = newCard(width, height)
  const name = drawable(card.name, nameCharacters)
  badge(canvas, { x: margin + 52, y: 96, radius: 52 }, name, card.id)
  write(canvas, name, { x: 164, y: 92, size: 40, color: tones.text, width: 470 })
  const title = drawable(card.title, nameCharacters)
  write(canvas, title, { x: 164, y: 130, size: 22, color: tones.faint, width: 470 })
  const right = { x: width - margin, align: 'right' as const }
  write(canvas, drawable(card.highlight, 12), {
    ...right,
    y: 98,
    size: 56,
    color: tones.gold,
    width: 220,
  })
  write(canvas, drawable(card.caption, nameCharacters), {
    ...right,
    y: 130,
    size: 20,
    color: tones.faint,
    width: 240,
  })
  const hasBar = card.share !== undefined
  if (card.share !== undefined) {
    bar(canvas, { x: margin, y: 172, width: width - 2 * margin, height: 12 }, card.share)
  }
  drawFigures(canvas, card.figures.slice(0, figuresMax), hasBar ? 204 : 180)
  return canvas
}

function drawFigures(canvas: Canvas, figures: Card['figures'], top: number): void {
  const gap = 16
  const count = Math.max(figures.length, 1)
  const each = (width - 2 * margin - gap * (count - 1)) / count
  figures.forEach(({ label, value }, index) => {
    const x = margin + index * (each + gap)
    const panel = { x, y: top, width: each, height: height - top - 24 }
    fill(canvas, roundedBox(panel, 14), tones.panel)
    const middle = top + panel.height / 2
    const inner = { x: x + 20, width: each - 40 }
    write(canvas, drawable(value, nameCharacters), {
      ...inner,
      y: middle + 2,
      size: 26,
      color: tones.text,
    })
    write(canvas, drawable(label, nameCharacters), {
      ...inner,
      y: middle + 26,
      size: 16,
      color: tones.faint,
    })
  })
}
