import { runInDurableObject } from 'cloudflare:test'
import { GroupCommit } from '@coinop/shared/group-commit'
import { describe, expect, test } from 'vitest'
import { bindings } from './test-money.ts'

/** A storage that counts its outermost transactions, over a table of an object of its own. */
const inObject = (name: string, work: (place: Place) => Promise<void>) =>
  runInDurableObject(bindings.WALLETS.getByName(`prj_group/${name}`), async (_, { storage }) => {
    storage.sql.exec('CREATE TABLE IF NOT EXISTS notes (text TEXT PRIMARY KEY)')
    const place: Place = {
      commits: 0,
      note: (text) => void storage.sql.exec('INSERT INTO notes VALUES (?)', text),
      notes: () =>
        storage.sql
          .exec<{ text: string }>('SELECT text FROM notes')
          .toArray()
          .map((row) => row.text),
      group: undefined as unknown as GroupCommit,
    }
    place.group = new GroupCommit(storage, () => (place.commits += 1))
    await work(place)
  })
type Place = {
  commits: number
  note: (text: string) => void
  notes: () => string[]
  group: GroupCommit
}

describe('commands that arrive together', () => {
  test('share a commit, each with its own answer', async () => {
    await inObject('share', async (place) => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          place.group.add(() => {
            place.note(`n${index}`)
            return index
          }),
        ),
      )
      expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index))
      expect(place.notes()).toHaveLength(50)
      // The first goes at once, the others while it is made durable.
      expect(place.commits).toBe(2)
    })
  })

  test('one that throws is undone alone, half of its writes included', async () => {
    await inObject('throw', async (place) => {
      const [first, second, third] = await Promise.allSettled([
        place.group.add(() => place.note('first')),
        place.group.add(() => {
          place.note('half')
          throw new Error('a bug')
        }),
        place.group.add(() => place.note('third')),
      ])
      expect([first.status, second.status, third.status]).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
      ])
      expect(place.notes().toSorted()).toEqual(['first', 'third'])
    })
  })

  test('a group whose commit fails is lost whole, and everybody hears it', async () => {
    await inObject('whole', async (place) => {
      let fail = true
      const { group } = place
      const broken = new GroupCommit(group['storage'], () => {
        if (fail) throw new Error('the alarm cannot be set')
      })
      const lost = await Promise.allSettled(
        ['a', 'b'].map((text) => broken.add(() => place.note(text))),
      )
      expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      expect(place.notes()).toEqual([])
      fail = false
      await broken.add(() => place.note('c'))
      expect(place.notes()).toEqual(['c'])
    })
  })

  test('decided together they are written once; when one throws, each is decided again and only that one is undone', async () => {
    await inObject('together', async (place) => {
      const storage = place.group['storage']
      let pending: string[] = []
      const counts = { ended: 0, undone: 0, committed: 0 }
      const ended = () => {
        counts.ended += 1
        for (const text of pending.splice(0)) place.note(text)
      }
      const undone = () => {
        counts.undone += 1
        pending = []
      }
      const group = new GroupCommit(storage, () => (counts.committed += 1), { ended, undone })
      const add = (text: string) => group.add(() => void pending.push(text))
      await Promise.all(['a', 'b', 'c'].map(add))
      expect(counts).toEqual({ ended: 2, undone: 0, committed: 2 })
      const bug = () =>
        group.add(() => {
          pending.push('half')
          throw new Error('a bug')
        })
      const settled = await Promise.allSettled([add('d'), add('e'), bug(), add('f')])
      expect(settled.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
      ])
      expect(place.notes().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
      expect(counts.undone).toBe(2)
    })
  })
})
