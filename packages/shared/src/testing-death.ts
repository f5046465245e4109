/** For tests of what is left when a request dies in the middle of its work. */

export type DeathStep = 'before' | 'after'
class Killed extends Error {}

/**
 * Goes around each step outside of a request that dies right before or right after the `place`th. Nothing more happens outside
 * after that, whatever the code makes of the error.
 */
export function deathAt(place: number, when: DeathStep) {
  let steps = 0
  const around = async (perform: () => Promise<unknown>): Promise<unknown> => {
    steps += 1
    if (steps > place || (steps === place && when === 'before')) throw new Killed()
    const answer = await perform()
    if (steps >= place) throw new Killed()
    return answer
  }
  return { around, steps: () => steps }
}
