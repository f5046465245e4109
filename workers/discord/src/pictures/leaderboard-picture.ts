/** A page of a leaderboard as a picture: places, names, scores, and bars that compare them. */
import type { Canvas } from './canvas.ts'
import { fill } from './canvas.ts'
import { drawable } from './lettering.ts'
import { accent, badge, newCard, tones, write } from './look.ts'
import { circle, roundedBox } from './shapes.ts'

export type Standing = {
  rank: number
  name: string
  /** Decides the colour of the badge. */
  id: string
  /** As it is shown. */
  score: string
  /** Of the page's best, 0 to 1. */
  share: number
  /** Whoever asked for the picture. */
  isSelf: boolean
}
export type LeaderboardPicture = { title: string; subtitle: string; standings: Standing[] }

const width = 800
const headHeight = 112
const rowHeight = 60
const margin = 32
export const standingsMax = 10
const nameCharacters = 40
const medals = [tones.gold, tones.silver, tones.bronze]

export function drawLeaderboard({ title, subtitle, standings }: LeaderboardPicture): Canvas {
  const rows = standings.slice(0, standingsMax)
  const canvas = newCard(width, headHeight + Math.max(rows.length, 1) * rowHeight + 20)
  const place = { x: margin, width: width - 2 * margin }
  write(canvas, drawable(title, nameCharacters), { ...place, y: 58, size: 36, color: tones.text })
  write(canvas, drawable(subtitle, 80), { ...place, y: 90, size: 18, color: tones.faint })
  rows.forEach((row, index) => drawRow(canvas, row, headHeight + index * rowHeight))
  if (rows.length === 0) {
    const empty = { x: margin, y: headHeight + 36, size: 22, color: tones.faint }
    write(canvas, 'Nobody is on this board yet.', empty)
  }
  return canvas
}

function drawRow(canvas: Canvas, { rank, name, id, score, share, isSelf }: Standing, top: number) {
  const row = { x: margin - 12, y: top, width: width - 2 * margin + 24, height: rowHeight - 8 }
  fill(canvas, roundedBox(row, 12), isSelf ? tones.raised : tones.panel)
  const part = { ...row, width: Math.max(24, row.width * Math.min(Math.max(share, 0), 1)) }
  fill(canvas, roundedBox(part, 12), accent, isSelf ? 0.42 : 0.2)
  const middle = top + row.height / 2
  const medal = medals[rank - 1]
  if (medal) fill(canvas, circle(margin + 22, middle, 18), medal)
  const number = { x: margin + 22, y: middle + 7, size: 20, align: 'center' as const }
  write(canvas, String(rank), { ...number, color: medal ? tones.night : tones.faint, width: 60 })
  const shown = drawable(name, nameCharacters)
  badge(canvas, { x: margin + 84, y: middle, radius: 19 }, shown, id)
  write(canvas, shown, { x: margin + 118, y: middle + 8, size: 22, color: tones.text, width: 400 })
  const right = { x: width - margin - 8, align: 'right' as const, width: 200 }
  write(canvas, drawable(score, 24), { ...right, y: middle + 8, size: 22, color: tones.text })
}
