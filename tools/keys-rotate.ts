/**
 * `npm run keys:rotate [-- --remote]`: asks for a new key to sign access tokens with. The key itself is made, sealed and
 * used inside `auth`, whose minutely run reads what is asked; nothing secret passes through here.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { quietWrangler, wrangler } from './bundle.ts'
import { request, requestRotation } from './key-rotation.ts'
import { fail } from './progress.ts'
import { settings } from './system.ts'
import { findWorkers, repository } from './workers.ts'

/** Asks the deployment. */
function requestRemotely(): void {
  const auth = findWorkers().find(({ name }) => name === 'auth')
  const [database] = auth?.databases ?? []
  if (!auth || !database) throw new Error('There is no Worker "auth" with a database.')
  const what = ['d1', 'execute', database.name, '--remote', '--yes', '--command', request]
  const args = [wrangler, ...what, '--config', auth.configPath]
  const env = { ...process.env, ...quietWrangler }
  try {
    execFileSync(process.execPath, args, { cwd: repository, env, stdio: 'inherit' })
  } catch {
    throw new Error('Nothing was asked for; the message of wrangler is above.')
  }
}

const told = `A new signing key is asked for.

  within a minute        it is made and published (of a system that is stopped: after its next start)
  two minutes later      it signs
  about 14 minutes       after it was made the old one is withdrawn, when its last token has expired

GET /v1/jwks.json shows which keys there are. Nobody is logged out.`

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { remote: { type: 'boolean' } } })
    if (values.remote) requestRemotely()
    else requestRotation(settings().stateFolder)
    console.log(told)
  } catch (error) {
    fail(error)
  }
}
