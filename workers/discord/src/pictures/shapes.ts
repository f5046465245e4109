/** Outlines of what cards are made of. */
import type { Outline } from './canvas.ts'

export type Box = { x: number; y: number; width: number; height: number }

const stepsOfQuarter = 12

/** `radius` is at most half of the shorter side. */
export function roundedBox({ x, y, width, height }: Box, radius: number): Outline {
  const r = Math.min(radius, width / 2, height / 2)
  const corners: [number, number, number][] = [
    [x + width - r, y + r, -0.5],
    [x + width - r, y + height - r, 0],
    [x + r, y + height - r, 0.5],
    [x + r, y + r, 1],
  ]
  const points = corners.flatMap(([centerX, centerY, from]) =>
    Array.from({ length: stepsOfQuarter + 1 }, (_, step) => {
      const angle = Math.PI * (from + step / stepsOfQuarter / 2)
      return [centerX + r * Math.cos(angle), centerY + r * Math.sin(angle)]
    }).flat(),
  )
  return [points]
}

export const box = ({ x, y, width, height }: Box): Outline => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
]

export const circle = (x: number, y: number, radius: number): Outline =>
  roundedBox({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }, radius)
