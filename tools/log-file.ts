/** Where the Workers' log lines go: all to a file in the state folder, errors also to the terminal. */
import { type WriteStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const sizeMax = 50 * 1024 * 1024
type Line = { level: string; message: string }

/** `<stateFolder>/coinop.log`; the previous one is kept as `coinop.log.1`, at every start and beyond 50 MB. */
export function openLogFile(stateFolder: string) {
  const path = join(stateFolder, 'coinop.log')
  mkdirSync(stateFolder, { recursive: true })
  let written = 0
  let stream = rotated(path)
  return {
    path,
    write: (line: Line) => {
      const texts = linesOf(line)
      if (line.level === 'error') for (const text of texts) console.error(forTerminal(text))
      const text = `${texts.join('\n')}\n`
      written += Buffer.byteLength(text)
      if (written > sizeMax) {
        stream.end()
        stream = rotated(path)
        written = Buffer.byteLength(text)
      }
      stream.write(text)
    },
    close: () => new Promise<void>((done) => stream.end(done)),
  }
}

function rotated(path: string): WriteStream {
  if (existsSync(path)) renameSync(path, `${path}.1`)
  const stream = createWriteStream(path)
  stream.on('error', (error) => console.error(`The log cannot be written: ${error.message}`))
  return stream
}

/** Workers gather lines of requests: see `togetherOf` in packages/shared/src/log.ts. */
const linesOf = ({ level, message }: Line): string[] =>
  (message.startsWith('{') ? message.split('\n') : [message]).map((each) =>
    asJson({ level, message: each }),
  )

/** Our Workers print JSON; what the runtime prints is wrapped. */
function asJson({ level, message }: Line): string {
  if (message.startsWith('{') && isJson(message)) return message
  return JSON.stringify({ level, time: new Date().toISOString(), worker: 'workerd', message })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function forTerminal(json: string): string {
  const line = JSON.parse(json) as Record<string, string | undefined>
  const where = [line['worker'], line['operation']].filter(Boolean).join(' ')
  const what = line['message'] ?? `answered ${line['status']}`
  const request = line['requestId'] ? ` (request ${line['requestId']})` : ''
  return `error  ${where}: ${what}${request}`
}
