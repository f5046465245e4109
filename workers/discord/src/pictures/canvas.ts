/** A small painter: fills outlines with colours, with smooth edges. Enough for cards, and a hundredth of a browser's size. */

/** `#rrggbb`. */
export type Color = string
/** From the left edge of the canvas to its right one. */
export type Gradient = [Color, Color]
/** Closed outlines; each a list of x and y in pixels. */
export type Outline = number[][]

export type Canvas = { width: number; height: number; pixels: Uint8Array }

const channels = 3

export function newCanvas(width: number, height: number): Canvas {
  return { width, height, pixels: new Uint8Array(width * height * channels) }
}

/** Paints the inside of the outlines; what lies outside of the canvas is cut off. `opacity` is 0 to 1. */
export function fill(canvas: Canvas, outline: Outline, paint: Color | Gradient, opacity = 1): void {
  const { width, height, pixels } = canvas
  const covered = coverage(canvas, outline)
  const colorAt = colorsAlong(paint, width)
  for (let y = covered.top; y < Math.min(covered.bottom, height); y++) {
    let sum = 0
    for (let x = covered.left; x < covered.right; x++) {
      sum += covered.sums[(y - covered.top) * (width + 1) + x] ?? 0
      const share = Math.min(Math.abs(sum), 1) * opacity
      if (share > 0.002) blend(pixels, (y * width + x) * channels, colorAt(x), share)
    }
  }
}

function blend(pixels: Uint8Array, at: number, color: number[], share: number): void {
  for (let channel = 0; channel < channels; channel++) {
    const under = pixels[at + channel] ?? 0
    pixels[at + channel] = Math.round(under + ((color[channel] ?? 0) - under) * share)
  }
}

const rgb = (color: Color): number[] =>
  [1, 3, 5].map((from) => Number.parseInt(color.slice(from, from + 2), 16))

function colorsAlong(paint: Color | Gradient, width: number): (x: number) => number[] {
  if (typeof paint === 'string') {
    const color = rgb(paint)
    return () => color
  }
  const [from, to] = [rgb(paint[0]), rgb(paint[1])]
  return (x) => from.map((start, channel) => start + (((to[channel] ?? 0) - start) * x) / width)
}

/** Nothing is covered outside of these bounds. */
type Coverage = {
  top: number
  bottom: number
  left: number
  right: number
  sums: Float32Array
}

/**
 * How much of each pixel an outline covers: every edge adds its signed area where it is, and the sum from the left is the
 * inside. Source: https://medium.com/@raphlinus/inside-the-fastest-font-renderer-in-the-world-75ae5270c445
 */
function coverage({ width, height }: Canvas, outline: Outline): Coverage {
  const [left, right] = boundsOf(outline, 0, width)
  const [top, bottom] = boundsOf(outline, 1, height)
  const sums = new Float32Array(Math.max(0, bottom - top) * (width + 1))
  const area = { top, bottom, left, right, width, sums }
  for (const points of outline) {
    for (let at = 0; at < points.length; at += 2) {
      const next = (at + 2) % points.length
      addEdge(area, [points[at]!, points[at + 1]!], [points[next]!, points[next + 1]!])
    }
  }
  return area
}

/** From and to, in whole pixels of the canvas; axis 0 is across. */
function boundsOf(outline: Outline, axis: 0 | 1, max: number): Point {
  let [from, to] = [max, 0]
  for (const points of outline) {
    for (let at = axis; at < points.length; at += 2) {
      from = Math.min(from, points[at] ?? max)
      to = Math.max(to, points[at] ?? 0)
    }
  }
  return [Math.max(0, Math.floor(from)), Math.min(max, Math.ceil(to))]
}

type Area = Coverage & { width: number }
type Point = [number, number]

function addEdge(area: Area, from: Point, to: Point): void {
  if (from[1] === to[1]) return
  const isDown = from[1] < to[1]
  const [[x0, y0], [x1, y1]] = isDown ? [from, to] : [to, from]
  const slope = (x1 - x0) / (y1 - y0)
  const last = Math.min(Math.ceil(y1), area.bottom)
  for (let row = Math.max(Math.floor(y0), area.top); row < last; row++) {
    const upper = Math.max(row, y0)
    const lower = Math.min(row + 1, y1)
    const tall = (lower - upper) * (isDown ? 1 : -1)
    const left = inside(x0 + (upper - y0) * slope, area.width)
    const right = inside(x0 + (lower - y0) * slope, area.width)
    addSpan(area, row, tall, [Math.min(left, right), Math.max(left, right)])
  }
}

const inside = (x: number, width: number) => Math.min(Math.max(x, 0), width)

/** One row's part of an edge, which is `tall` pixels high and runs from `left` to `right`. */
function addSpan({ top, width, sums }: Area, row: number, tall: number, span: Point): void {
  const [left, right] = span
  const start = (row - top) * (width + 1)
  const add = (x: number, value: number) => {
    if (x <= width) sums[start + x] = (sums[start + x] ?? 0) + value
  }
  const first = Math.floor(left)
  const end = Math.max(Math.ceil(right), first + 1)
  let before = 0
  for (let x = first; x < end; x++) {
    // The share of the edge's height that is done before this pixel's right side, averaged over the pixel.
    const share = right === left ? x + 1 - left : averageDone(x, left, right)
    add(x, tall * (share - before))
    before = share
  }
  add(end, tall * (1 - before))
}

/** An edge that runs evenly from `left` to `right`: how much of its height lies, on average, left of a point in pixel `x`. */
function averageDone(x: number, left: number, right: number): number {
  const done = (to: number) => {
    const run = Math.min(Math.max(to - left, 0), right - left)
    return (run * run) / (2 * (right - left)) + Math.max(to - right, 0)
  }
  return done(x + 1) - done(x)
}
