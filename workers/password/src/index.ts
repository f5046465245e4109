/** Password hashing, alone in a Worker, so that 300 ms of scrypt never delay a key check. */
import { createApp } from '@coinop/shared/app'
import { defineProblems } from '@coinop/shared/problem'
import { readPeppers } from './scrypt.ts'

export { PasswordHashing } from './rpc.ts'

const { catalogue } = defineProblems({})
const app = createApp<PasswordEnv>({
  worker: 'password',
  catalogue,
  routes: [],
  health: async (env) => readPeppers(env.PASSWORD_PEPPER),
})

export default { fetch: app.fetch } satisfies ExportedHandler<PasswordEnv>
