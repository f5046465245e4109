/** `npm start`: the whole system on this machine, in one process, from production bundles. */
import { isLoopback } from './playground/playground.ts'
import { fail, seconds } from './progress.ts'
import type { Demo } from './seed.ts'
import { type Started, settings, startSystem, stopRequested } from './system.ts'

const startedAt = performance.now()
try {
  console.log('Coinop')
  const system = await startSystem(settings())
  const stopping = stopRequested()
  console.log(welcome(system, seconds(startedAt).trim()))
  await stopping
  console.log('\nStopping.')
  await system.stop()
  console.log('Stopped. Everything is kept in the state folder.')
  process.exit(0)
} catch (error) {
  fail(error)
}

function welcome({ baseUrl, host, demo, stateFolder, logPath }: Started, time: string): string {
  const playground = isLoopback(host)
    ? `${baseUrl}/playground  (the Discord bot, without Discord)`
    : 'off, for HOST lets others in'
  return `
Ready in ${time}

  API         ${baseUrl}/v1
  Docs        ${baseUrl}/docs
  Playground  ${playground}
  Secret key  ${demo.secretKey}
  Demo        ${stateFolder}/demo.json  (players, publishable key, Discord application)
  Log         ${logPath}

Try it:

${example(baseUrl, demo)}

Ctrl-C stops it.`
}

function example(baseUrl: string, { secretKey, users }: Demo): string {
  const user = users[0]?.id ? `?userId=${users[0].id}` : ''
  return `  curl '${baseUrl}/v1/balance${user}' -H 'X-Api-Key: ${secretKey}'`
}
