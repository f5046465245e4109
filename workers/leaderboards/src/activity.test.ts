import { Random } from '@coinop/wallet/test-random'
import { expect, test } from 'vitest'
import { countedAt, lastHourOf } from './activity.ts'

const minute = 60_000
const start = 29_800_000 * minute

test('counts are those of the last sixty minutes, whenever submissions come', () => {
  const random = new Random(21)
  for (let round = 0; round < 40; round++) {
    const pause = random.pick([1, 20, 400]) * 1_000
    const times: number[] = []
    let minutes: string | undefined
    for (let at = start; times.length < 300; at += random.below(pause)) {
      const oldest = Math.floor(at / minute) - 60
      const recent = times.filter((time) => Math.floor(time / minute) > oldest)
      expect(lastHourOf(minutes, at)).toBe(recent.length)
      minutes = countedAt(minutes, at)
      times.push(at)
    }
    expect(Object.keys(JSON.parse(minutes!)).length).toBeLessThanOrEqual(60)
  }
})

test('what entries have kept so far is read: none, and JSON', () => {
  expect([lastHourOf(undefined, start), lastHourOf('{}', start)]).toEqual([0, 0])
  const kept = JSON.stringify({ 29_799_939: 9, 29_799_999: 12, 29_800_000: 3 })
  expect(lastHourOf(kept, start)).toBe(15)
  expect(JSON.parse(countedAt(kept, start))).toEqual({ 29_799_999: 12, 29_800_000: 4 })
  expect(countedAt('{}', start)).toBe('{"29800000":1}')
})
