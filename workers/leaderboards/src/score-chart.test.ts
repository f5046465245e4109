import { expect, test } from 'vitest'
import { scoreChart, ticksOf } from './score-chart.ts'

test.each([
  [{ from: 0, to: 100 }, [0, 50, 100]],
  [{ from: 3, to: 97 }, [0, 50, 100]],
  [{ from: -12, to: 30 }, [-20, 0, 20, 40]],
  [{ from: 5, to: 5 }, [5, 6]],
  [{ from: 0, to: 0 }, [0, 0.2]],
])('the ticks of %j are round numbers that hold it', (range, ticks) => {
  const found = ticksOf(range)
  expect([found[0], found.at(-1)]).toEqual([
    expect.closeTo(ticks[0]!),
    expect.closeTo(ticks.at(-1)!),
  ])
  expect(found[0]!).toBeLessThanOrEqual(range.from)
  expect(found.at(-1)!).toBeGreaterThanOrEqual(range.to)
})

test.each([-9_007_199_254_740_991, -1e9, -0.001, 0, 1e-9, 1, 1e12, 9_007_199_254_740_991])(
  'the ticks of a range that begins at %d are few',
  (from) => {
    for (const span of [0, 1e-9, 0.5, 1, 17, 1e6, 9e15]) {
      const ticks = ticksOf({ from, to: from + span })
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(7)
      expect(ticks.every(Number.isFinite)).toBe(true)
    }
  },
)

test('the best is at the top in both directions, and every number is finite', async () => {
  const lines = [
    {
      name: 'a',
      points: [
        { at: 0, score: 10 },
        { at: 1, score: 20 },
      ],
    },
    { name: 'b', points: [{ at: 1, score: 10 }] },
  ]
  const endsOf = async (best: 'highest' | 'lowest') => {
    const svg = String(await scoreChart(lines, best))
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    return [...svg.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y))
  }
  const [high, low] = (await endsOf('highest')) as [number, number]
  expect(high).toBeLessThan(low)
  const [slow, fast] = (await endsOf('lowest')) as [number, number]
  expect(fast).toBeLessThan(slow)
})
