/** A line chart as SVG, made as text: no script, no document, a few lines per player. */
import { html } from 'hono/html'

export type Point = { at: number; score: number }
/** `name` is shown as it stands: whoever gives it has made it harmless; markup in it is text. */
export type Line = { name: string; points: Point[] }
type Html = ReturnType<typeof html>
type Range = { from: number; to: number }
type Scale = (value: number) => number

const [width, height] = [640, 260]
const box = { left: 58, right: 18, top: 14, bottom: 30 }
const ticksWanted = 4
const daysShownMax = 4

/** `best` says where the better scores are: at the top. */
export function scoreChart(lines: Line[], best: 'highest' | 'lowest'): Html {
  const points = lines.flatMap((line) => line.points)
  const times = rangeOf(points.map(({ at }) => at))
  const ticks = ticksOf(rangeOf(points.map(({ score }) => score)))
  const scores = { from: ticks[0]!, to: ticks.at(-1)! }
  const x = scaleOf(times, { from: box.left, to: width - box.right })
  const [bottom, top] = [height - box.bottom, box.top]
  const y = scaleOf(
    scores,
    best === 'highest' ? { from: bottom, to: top } : { from: top, to: bottom },
  )
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="Scores over the past days"
  >
    ${ticks.map((tick) => gridLine(tick, y(tick)))} ${daysOf(times).map((day) => dayLabel(day, x))}
    ${lines.map((line, index) => lineOf(line, index, [x, y]))}
  </svg>`
}

const gridLine = (tick: number, y: number): Html =>
  html`<path class="grid" d="M${box.left} ${tenth(y)}H${width - box.right}" /><text
      x="${box.left - 8}"
      y="${tenth(y + 4)}"
      text-anchor="end"
      >${short(tick)}</text
    >`

const dayLabel = ({ at, anchor }: { at: number; anchor: string }, x: Scale): Html =>
  html`<text x="${tenth(x(at))}" y="${height - 8}" text-anchor="${anchor}">${dayName(at)}</text>`

function lineOf({ points }: Line, index: number, [x, y]: [Scale, Scale]): Html {
  const places = points.map(({ at, score }) => `${tenth(x(at))} ${tenth(y(score))}`)
  const [endX = '', endY = ''] = (places.at(-1) ?? '').split(' ')
  return html`<path class="line c${index}" d="M${places.join('L')}" /><circle
      class="end c${index}"
      cx="${endX}"
      cy="${endY}"
      r="4"
    />`
}

/** Days to name below: the ends, and what fits between. */
function daysOf({ from, to }: Range): { at: number; anchor: string }[] {
  const count = daysShownMax - 1
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: from + ((to - from) * index) / count,
    anchor: ['start', 'middle', 'middle', 'end'][index]!,
  }))
}

function rangeOf(values: number[]): Range {
  // Not by spreading: there may be many.
  const from = values.reduce((least, value) => Math.min(least, value), Infinity)
  return { from, to: values.reduce((most, value) => Math.max(most, value), -Infinity) }
}

/** Round numbers that hold the range between them. */
export function ticksOf({ from, to }: Range): number[] {
  const span = to - from || Math.max(1, Math.abs(to)) / 2
  const power = 10 ** Math.floor(Math.log10(span / ticksWanted))
  const step = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .find((each) => span / each <= ticksWanted)!
  const first = Math.floor(from / step)
  const last = Math.max(first + 1, Math.ceil(to / step))
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

const scaleOf =
  (values: Range, places: Range): Scale =>
  (value) => {
    const part = values.to === values.from ? 1 : (value - values.from) / (values.to - values.from)
    return places.from + part * (places.to - places.from)
  }

const tenth = (value: number): string => String(Math.round(value * 10) / 10)
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })
const short = (value: number): string => compact.format(value)
const monthDay = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })
const dayName = (at: number): string => monthDay.format(at)
