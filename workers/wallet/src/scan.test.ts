import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Scan, scan, scannedMax } from './scan.ts'

describe('scan', () => {
  test('page after page finds what a filter finds, and no page looks at more than its bound', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 0, max: 3 * scannedMax }),
      every: fc.integer({ min: 1, max: 2 * scannedMax }),
      limit: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(sizes, ({ count, every, limit }) => {
        const rows = Array.from({ length: count }, (_, index) => index)
        const matches = (row: number) => row % every === 0
        const found: number[] = []
        for (let next: number | null = 0; next !== null;) {
          let looked = 0
          const counted = function* (from: number): Generator<number> {
            for (const row of rows.slice(from)) {
              looked++
              yield row
            }
          }
          const page: Scan<number> = scan(counted(next), matches, limit)
          expect(page.rows.length).toBeLessThanOrEqual(limit)
          expect(looked).toBeLessThanOrEqual(scannedMax)
          found.push(...page.rows)
          next = page.last === null ? null : page.last + 1
        }
        expect(found).toEqual(rows.filter(matches))
      }),
      { numRuns: 200 },
    )
  })
})
