import { describe, expect, test, vi } from 'vitest'
import { Gathering } from './gathering.ts'

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** Doubles numbers after a moment, and notes which were asked for together. */
function doubling(milliseconds = 5) {
  const asked: number[][] = []
  const all = async (numbers: number[]) => {
    asked.push([...numbers])
    await pause(milliseconds)
    if (numbers.includes(-1)) throw new Error('-1 cannot be doubled')
    return numbers.map((number) => number * 2)
  }
  return { asked, all }
}

describe('a gathering', () => {
  test('asks at once what comes first, and together what comes meanwhile; each hears its own', async () => {
    const { asked, all } = doubling()
    const gathering = new Gathering<number, number>()
    const first = gathering.ask('a', 1, { all })
    await pause(1)
    const others = [2, 3, 4].map((number) => gathering.ask('a', number, { all }))
    expect(await Promise.all([first, ...others])).toEqual([2, 4, 6, 8])
    expect(await gathering.ask('a', 5, { all })).toBe(10)
    expect(asked).toEqual([[1], [2, 3, 4], [5]])
  })

  test('answers nobody with what went out before it came', async () => {
    let state = 'before'
    const all = async (questions: number[]) => {
      const seen = state
      await pause(5)
      return questions.map(() => seen)
    }
    const gathering = new Gathering<number, string>()
    const early = gathering.ask('a', 0, { all })
    await pause(1)
    state = 'after'
    const late = gathering.ask('a', 0, { all })
    expect(await Promise.all([early, late])).toEqual(['before', 'after'])
  })

  test('keeps names apart, and 50 at most together', async () => {
    const { asked, all } = doubling()
    const gathering = new Gathering<number, number>()
    const numbers = Array.from({ length: 120 }, (_, index) => index)
    const answers = Promise.all(numbers.map((number) => gathering.ask('a', number, { all })))
    expect(await gathering.ask('b', 7, { all })).toBe(14)
    expect(await answers).toEqual(numbers.map((number) => number * 2))
    expect(asked.map(({ length }) => length)).toEqual([50, 1, 50, 20])
  })

  test('of a group that fails each asks by itself, and only its own failure is heard', async () => {
    const { asked, all } = doubling()
    const gathering = new Gathering<number, number>()
    const settled = await Promise.allSettled(
      [1, -1, 3].map((number) => gathering.ask('a', number, { all })),
    )
    expect(settled.map((each) => (each.status === 'fulfilled' ? each.value : 'failed'))).toEqual([
      2,
      'failed',
      6,
    ])
    expect(asked).toEqual([[1, -1, 3], [1], [-1], [3]])
    await expect(gathering.ask('a', -1, { all })).rejects.toThrow('-1 cannot be doubled')
    expect(asked).toHaveLength(5)
  })

  test('waits for no request that has ended in the middle, neither in its group nor behind it', async () => {
    const { asked, all } = doubling()
    const gathering = new Gathering<number, number>(20)
    const ended = { all: () => new Promise<number[]>(() => undefined) }
    void gathering.ask('a', 1, ended)
    const inItsGroup = gathering.ask('a', 2, { all })
    await pause(1)
    void gathering.ask('a', 3, ended)
    const behind = gathering.ask('a', 4, { all })
    expect(await Promise.all([inItsGroup, behind])).toEqual([4, 8])
    expect(asked).toEqual([[2], [4]])
    expect(await gathering.ask('a', 5, { all })).toBe(10)
  })

  test('keeps whoever asks for others alive until all are answered', async () => {
    const { all } = doubling()
    const gathering = new Gathering<number, number>()
    const waitUntil = vi.fn<(work: Promise<unknown>) => void>()
    const later = { waitUntil }
    await Promise.all([1, 2].map((number) => gathering.ask('a', number, { all, later })))
    expect(waitUntil).toHaveBeenCalledTimes(1)
    await expect(gathering.ask('a', -1, { all, later })).rejects.toThrow('doubled')
    expect(await waitUntil.mock.calls[1]![0]).toBeUndefined()
  })
})
