/** `npm run demo`: the journey through a system that `npm start` or `npm run dev` runs, printed for people. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readDemo } from './demo.ts'
import { runJourney } from './journey.ts'
import { fail } from './progress.ts'
import { settings } from './system.ts'

try {
  const file = join(settings().stateFolder, 'demo.json')
  if (!existsSync(file)) throw new Error('There is no demo project yet: run "npm start" first.')
  const demo = readDemo(file, [])
  await assertRunning(demo.baseUrl)
  console.log(`A player's way through ${demo.baseUrl}\n`)
  await runJourney(demo, (what, came) => console.log(`  ${what.padEnd(30)} ${came}`))
  console.log('\nEvery answer was as it should be.')
} catch (error) {
  fail(error)
}

async function assertRunning(baseUrl: string): Promise<void> {
  try {
    await fetch(`${baseUrl}/healthz`)
  } catch {
    throw new Error(`Nothing answers on ${baseUrl}: run "npm start" in another terminal first.`)
  }
}
