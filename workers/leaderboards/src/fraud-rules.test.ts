import { describe, expect, test } from 'vitest'
import {
  type FraudAction,
  type FraudCondition,
  type FraudFacts,
  type FraudRule,
  judge,
  reasonOf,
  type Suspect,
} from './fraud-rules.ts'

const suspect: Suspect = { at: 100_000, submitted: 50, before: 10, after: 50, order: -50 }
const facts: FraudFacts = {
  lastAt: () => 90_000,
  lastHour: () => 4,
  spread: () => ({ entries: 100, median: -20, deviation: 6.745 }),
  playSeconds: () => undefined,
}

describe('a condition', () => {
  test.each<[boolean, FraudCondition, Partial<Suspect>?, Partial<FraudFacts>?]>([
    [true, { kind: 'change_above', change: 39 }],
    [false, { kind: 'change_above', change: 40 }],
    [true, { kind: 'change_above', change: 39 }, { before: 90 }],
    [false, { kind: 'change_above', change: 0 }, { before: null }],
    [true, { kind: 'interval_below', seconds: 10.001 }],
    [false, { kind: 'interval_below', seconds: 10 }],
    [false, { kind: 'interval_below', seconds: 3_600 }, {}, { lastAt: () => undefined }],
    [true, { kind: 'score_outside', min: 0, max: 49.9 }],
    [true, { kind: 'score_outside', min: 50.1, max: 60 }],
    [false, { kind: 'score_outside', min: 50, max: 50 }],
    [true, { kind: 'submissions_above', perHour: 4 }],
    [false, { kind: 'submissions_above', perHour: 5 }],
    // A server's needs no session; one that there is must not be too short.
    [false, { kind: 'play_session_missing', secondsMin: 10 }],
    [true, { kind: 'play_session_missing', secondsMin: 0 }, {}, { playSeconds: () => null }],
    [true, { kind: 'play_session_missing', secondsMin: 10 }, {}, { playSeconds: () => 9.9 }],
    [false, { kind: 'play_session_missing', secondsMin: 10 }, {}, { playSeconds: () => 10 }],
    // 30 ahead of the median, which is three scaled deviations.
    [true, { kind: 'z_score_above', zScore: 2.9, entriesMin: 100 }],
    [false, { kind: 'z_score_above', zScore: 3.1, entriesMin: 100 }],
    [false, { kind: 'z_score_above', zScore: 2.9, entriesMin: 101 }],
    // As far behind is no suspicion.
    [false, { kind: 'z_score_above', zScore: 2.9, entriesMin: 100 }, { order: 10 }],
    [
      false,
      { kind: 'z_score_above', zScore: 2.9, entriesMin: 10 },
      {},
      { spread: () => ({ entries: 100, median: -20, deviation: 0 }) },
    ],
  ])('%s: %j of %j', (hits, condition, other = {}, known = {}) => {
    const reason = reasonOf(condition, { ...suspect, ...other }, { ...facts, ...known })
    expect(reason !== undefined).toBe(hits)
  })
})

describe('rules', () => {
  const rule = (id: string, action: FraudAction, more: Partial<FraudRule> = {}): FraudRule => ({
    id,
    name: id,
    condition: { kind: 'score_outside', min: 0, max: 1 },
    action,
    shadow: false,
    priority: 100,
    ...more,
  })
  const judged = (rules: FraudRule[]) => {
    const { decisive, shadows } = judge(rules, suspect, facts)
    return [decisive?.rule.id, shadows.map(({ rule: { id } }) => id)]
  }

  test('the first that hits decides, by priority, then by age', () => {
    expect(judged([rule('a', 'flag'), rule('b', 'reject')])).toEqual(['a', []])
    expect(judged([rule('a', 'flag'), rule('b', 'reject', { priority: 99 })])).toEqual(['b', []])
    const misses = rule('a', 'flag', { condition: { kind: 'change_above', change: 1_000 } })
    expect(judged([misses, rule('b', 'reject')])).toEqual(['b', []])
    expect(judged([misses])).toEqual([undefined, []])
  })

  test('those in shadow mode never decide, and are tried all, also behind one that decides', () => {
    const shadow = { shadow: true }
    const rules = [rule('a', 'reject', shadow), rule('b', 'accept'), rule('c', 'flag', shadow)]
    expect(judged(rules)).toEqual(['b', ['a', 'c']])
  })
})
