/** What a key's object is asked: which generation the key is in, and to begin the next one. */
import { ask } from '@coinop/shared/neighbour'

/** Which key, to whoever has found it once. */
export type KeyReference = { projectId: string; keyId: string }
type Generations = Pick<AuthEnv, 'KEY_GENERATIONS'>

const objectOf = ({ KEY_GENERATIONS }: Generations, { projectId, keyId }: KeyReference) =>
  KEY_GENERATIONS.getByName(`${projectId}/${keyId}`)

export const keyGeneration = async (env: Generations, key: KeyReference): Promise<number> =>
  objectOf(env, key).current()

/**
 * After the row of the key has changed, and before that is answered: from the answer on no gateway trusts what it remembers.
 * When this fails the change is not answered, and repeating it comes here again.
 */
export const raiseKeyGeneration = (env: Generations, key: KeyReference): Promise<void> =>
  ask('auth', async () => objectOf(env, key).raise())
