/** Sends interactions to the bot and keeps what went over the wire, byte for byte, for the panel. */
import type { APIInteractionResponse } from 'discord-api-types/v10'
import type { Told } from '../told.ts'
import type { Attachment } from './messages.ts'
import { importKey, signed } from './signing.ts'

/** One request and its response, of the page or of the bot. */
export type Exchange = {
  title: string
  method: string
  url: string
  headers: Record<string, string>
  body: string
  /** Undefined while there is none. */
  answer?: { status: number; headers: [string, string][]; body: string; milliseconds: number }
  /** What Discord would have made of it, when that is not what this page does. */
  warning?: string
}
export type Answer = { response: APIInteractionResponse; files: Attachment[] } | undefined

/** Discord shows "The application did not respond" after these. */
const answerMilliseconds = 3_000
const keptMax = 100

export async function createExchanges(applicationId: string, privateKey: string) {
  const key = await importKey(privateKey)
  const kept: Exchange[] = []
  const listeners: (() => void)[] = []
  const changed = () => listeners.forEach((listener) => listener())
  const url = `${location.origin}/v1/discord/interactions/${applicationId}`

  function keep(exchange: Exchange): Exchange {
    kept.unshift(exchange)
    kept.length = Math.min(kept.length, keptMax)
    changed()
    return exchange
  }

  return {
    all: (): readonly Exchange[] => kept,
    onChange: (listener: () => void) => void listeners.push(listener),

    /** Signs and sends an interaction. Undefined when the bot did not answer as Discord demands. */
    send: async (title: string, interaction: object): Promise<Answer> => {
      // Indented, so that the bytes that are signed are the ones that can be read.
      const { headers, body } = await signed(key, JSON.stringify(interaction, null, 2))
      const exchange = keep({ title, method: 'POST', url, headers, body })
      const startedAt = performance.now()
      try {
        const response = await fetch(url, { method: 'POST', headers, body })
        const { text, payload, files } = await read(response)
        const milliseconds = performance.now() - startedAt
        const { status } = response
        exchange.answer = { status, headers: [...response.headers], body: text, milliseconds }
        if (milliseconds > answerMilliseconds) {
          exchange.warning =
            'Discord waits for 3 s: it would have shown that the bot did not respond.'
        }
        return response.ok
          ? { response: JSON.parse(payload) as APIInteractionResponse, files }
          : undefined
      } catch (error) {
        exchange.warning = String(error)
        return undefined
      } finally {
        changed()
      }
    },

    /** Notes what the bot told Discord's REST API. */
    note: ({ method, path, payload, files }: Told): void => {
      const names = files.map(({ name }) => `\n[${name}]`).join('')
      keep({
        title: `Bot to Discord: ${method}`,
        method,
        url: path,
        headers: {},
        body: (payload === null ? '' : JSON.stringify(payload, null, 2)) + names,
      })
    },
  }
}

export type Exchanges = Awaited<ReturnType<typeof createExchanges>>

/** The reply and its files; `text` is what the panel shows, in which a file is its name and size. */
async function read(
  response: Response,
): Promise<{ text: string; payload: string; files: Attachment[] }> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('multipart/form-data')) {
    const text = await response.text()
    return { text, payload: text, files: [] }
  }
  const form = await response.formData()
  const payload = form.get('payload_json')
  if (typeof payload !== 'string') throw new Error('a multipart reply needs payload_json')
  const parts = [...form.values()].filter((part) => typeof part !== 'string')
  const files = await Promise.all(parts.map(attachmentOf))
  const names = files.map(({ name, type, size }) => `[${name}, ${type}, ${size} bytes]`)
  return { text: [payload, ...names].join('\n'), payload, files }
}

async function attachmentOf(file: File): Promise<Attachment> {
  const { name, type, size } = file
  return { name, type, size, url: dataUrl(type, new Uint8Array(await file.arrayBuffer())) }
}

/** The page may show images of its own origin and of `data:` only. */
const dataUrl = (type: string, bytes: Uint8Array) =>
  `data:${type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`

/** Files as the feed brings them. */
export const attachmentsOf = ({ files }: Told): Attachment[] =>
  files.map(({ name, type, base64 }) => ({
    name,
    type,
    size: atob(base64).length,
    url: `data:${type};base64,${base64}`,
  }))

/** A command for a shell that sends the same bytes again. The signature is good for five minutes. */
export function curlOf({ method, url, headers, body }: Exchange): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  return [`curl -sS -X ${method} ${quoted(url)}`, ...lines, `--data-raw ${quoted(body)}`].join(
    ' \\\n  ',
  )
}
