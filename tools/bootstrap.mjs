/** Installs what package-lock.json names when it is not there yet. Plain JavaScript: it must run on Node 20. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const reason = whyInstall()
if (reason) {
  console.log(`Installing packages with "npm ci" (${reason}); this takes about a minute, once.`)
  const startedAt = Date.now()
  if (!npm('ci') && !installAnyway()) {
    console.error(
      '\nInstalling failed. Check the connection to the npm registry, then run this again.',
    )
    process.exit(1)
  }
  console.log(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`)
}

function npm(...args) {
  const options = [...args, '--no-audit', '--no-fund', '--loglevel=error']
  return (
    spawnSync('npm', options, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  )
}

/** A mirror that lacks another platform's optional packages makes `npm ci` refuse a lock file that is right. */
function installAnyway() {
  console.log('"npm ci" refused; installing the same versions with "npm install".')
  return npm('install', '--no-save')
}

/** Compares what npm last installed with what is wanted; empty when nothing is missing. */
function whyInstall() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return 'nothing is installed'
  if (!existsSync(join(root, 'node_modules/.bin/node'))) return 'the pinned Node is missing'
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  for (const [path, { version, link, resolved, optional, devOptional, peer }] of Object.entries(
    wanted,
  )) {
    if (!path.startsWith('node_modules/') || optional || devOptional || peer) continue
    const found = installed[path]
    const same = link ? found?.resolved === resolved : found?.version === version
    if (!same) return `${path.slice('node_modules/'.length)} is not what package-lock.json says`
  }
  return ''
}

function packagesOf(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
}
