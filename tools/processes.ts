/** Keeps one server per state folder, and leaves no workerd behind when the server itself is killed. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A process and when it began: a process id alone is given again to others. */
type Process = { pid: number; startedAt: string }
type Running = { server: Process; address: string; children: Process[] }

/** Claims the state folder; throws when another server has it. Ends what a killed server left behind. */
export function claim(stateFolder: string, address: string) {
  const file = join(stateFolder, 'running.json')
  const last = readRunning(file)
  if (last && isAlive(last.server) && last.server.pid !== process.pid) {
    throw new Error(
      `Already running on ${stateFolder}: process ${last.server.pid}, ${last.address}.\n` +
        'Stop it first, or set COINOP_STATE to another folder and PORT to another port.',
    )
  }
  for (const child of last?.children ?? []) if (isAlive(child)) process.kill(child.pid, 'SIGKILL')
  mkdirSync(dirname(file), { recursive: true })
  const guard = startGuard()
  const record = () => {
    const children = descendantsOf(process.pid).filter(({ pid }) => pid !== guard.pid)
    guard.watch(children)
    const running: Running = { server: startOf(process.pid), address, children }
    writeFileSync(file, JSON.stringify(running))
  }
  record()
  // workerd may be started again after a crash; its process id is then another.
  const timer = setInterval(record, 2000)
  timer.unref()
  return {
    /** Call it when a child has been started. */
    record,
    release: () => {
      clearInterval(timer)
      guard.end()
      rmSync(file, { force: true })
    },
  }
}

/** A shell that outlives us: when its input closes, however we ended, it ends the processes that it last heard of. */
function startGuard() {
  const script = 'while read -r line; do pids="$line"; done; [ -z "$pids" ] || kill -9 $pids'
  const guard = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  return {
    pid: guard.pid,
    watch: (processes: Process[]) =>
      guard.stdin.write(`${processes.map(({ pid }) => pid).join(' ')}\n`),
    end: () => guard.stdin.end('\n'),
  }
}

function readRunning(file: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    return undefined
  }
}

const isAlive = ({ pid, startedAt }: Process) =>
  startedAt !== '' && startOf(pid).startedAt === startedAt

export const isRunning = (pid: number) => startOf(pid).startedAt !== ''

function startOf(pid: number): Process {
  return { pid, startedAt: processes().find((each) => each.pid === pid)?.startedAt ?? '' }
}

function descendantsOf(ancestor: number): Process[] {
  const all = processes()
  const found = [ancestor]
  // A process that is found is looked at in turn, for the list grows while it is walked.
  for (const parent of found) {
    for (const each of all) if (each.parentPid === parent) found.push(each.pid)
  }
  return all
    .filter(({ pid }) => pid !== ancestor && found.includes(pid))
    .map(({ pid, startedAt }) => ({ pid, startedAt }))
}

type Listed = Process & { parentPid: number }

function processes(): Listed[] {
  return existsSync('/proc/self/stat') ? linuxProcesses() : otherProcesses()
}

function linuxProcesses(): Listed[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      // After the command, which is in parentheses: state, parent … and as 20th the start, in ticks since boot.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      // Dead, and its parent has not asked yet: in a container often nobody ever does.
      if (fields[0] === 'Z') return []
      return [{ pid: Number(name), parentPid: Number(fields[1]), startedAt: fields[19] ?? '' }]
    } catch {
      return []
    }
  })
}

function otherProcesses(): Listed[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8' })
  return list
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, pid, parentPid, startedAt = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return pid ? [{ pid: Number(pid), parentPid: Number(parentPid), startedAt }] : []
    })
}
