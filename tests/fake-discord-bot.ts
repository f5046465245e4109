/**
 * The part of the fake Discord that a bot talks to: replies that are edited or follow, and roles of members. It keeps what it
 * got, by the interaction's token, and behaves as the token's name says.
 */
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type Heard = {
  method: string
  path: string
  at: number
  userAgent: string
  authorization: string
  contentType: string
  /** The JSON, also out of a multipart body. */
  body: unknown
  /** Of the picture, if there was one. */
  pictureBytes: number
}
type Answer = (status: number, body: unknown) => void
/** Whether the request was for a bot. */
type Door = (request: IncomingMessage, url: URL, answer: Answer) => boolean

/** Set while a reply is "thinking". */
const loading = 128

export function fakeBotDoor(): Door {
  const heard: Heard[] = []
  /** Edits that were taken, by the path of the reply. */
  const replies = new Map<string, { content: string; edited_timestamp: string }>()
  const tries = new Map<string, number>()
  return (request, url, answer) => {
    const { method = '' } = request
    if (url.pathname === '/test/heard') {
      const about = url.searchParams.get('about') ?? ''
      answer(
        200,
        heard.filter(({ path }) => path.includes(about)),
      )
      return true
    }
    const path = url.pathname.replace('/api/v10', '')
    const isReply = /^\/webhooks\/\d+\/[^/]+(\/messages\/@original)?$/.test(path)
    const isRole = /^\/guilds\/\d+\/members\/\d+\/roles\/\d+$/.test(path)
    const isKnown =
      (isReply && ['GET', 'PATCH', 'POST'].includes(method)) ||
      (isRole && ['PUT', 'DELETE'].includes(method))
    if (!isKnown) return false
    const tried = (tries.get(`${method} ${path}`) ?? 0) + 1
    tries.set(`${method} ${path}`, tried)
    void take(request, path).then((message) => {
      heard.push(message)
      // Done, and never answered.
      if (path.startsWith('/guilds/') && path.endsWith('408') && tried === 1) return
      respond(message, tried, (status, body) => {
        if (status !== 200 || !isReply) return answer(status, body)
        if (method === 'PATCH') replies.set(path, editOf(message.body))
        const unchanged = { content: '', flags: loading, edited_timestamp: null }
        answer(200, { id: '1300000000000000077', flags: 0, ...(replies.get(path) ?? unchanged) })
      })
    })
    return true
  }
}

const editOf = (body: unknown) => ({
  content: (body as { content?: string }).content ?? '',
  edited_timestamp: new Date().toISOString(),
})

const rateLimited = (seconds: number) => ({
  message: 'You are being rate limited.',
  retry_after: seconds,
  global: false,
})

/** By a word of the token: what is answered to the first so many tries of a request, or of those that `only` picks. */
const moods: {
  word: string
  tries: number
  status: number
  body: object
  only?: (heard: Heard) => boolean
}[] = [
  { word: 'deleted', tries: 99, status: 404, body: { message: 'Unknown Message', code: 10_008 } },
  {
    word: 'expired',
    tries: 99,
    status: 401,
    body: { message: 'Invalid Webhook Token', code: 50_027 },
  },
  { word: 'down-for-long', tries: 6, status: 502, body: { message: 'bad gateway' } },
  {
    word: 'deaf',
    tries: 99,
    status: 503,
    body: { message: 'busy' },
    only: ({ method }) => method !== 'GET',
  },
  {
    word: 'picky',
    tries: 99,
    status: 400,
    body: { message: 'Invalid Form Body', code: 50_035 },
    only: ({ body }) => JSON.stringify(body).includes('embeds":[{'),
  },
  { word: 'limited-long', tries: 1, status: 429, body: rateLimited(50) },
  { word: 'busy-twice', tries: 2, status: 503, body: { message: 'busy' } },
  { word: 'limited-once', tries: 1, status: 429, body: rateLimited(0.2) },
  { word: 'not-yet', tries: 1, status: 404, body: { message: 'Unknown Webhook', code: 10_015 } },
]

function respond(heard: Heard, tried: number, answer: Answer): void {
  const { path, authorization } = heard
  const mood = moods.find(({ word }) => path.includes(word))
  if (mood && tried <= mood.tries && mood.only?.(heard) !== false) {
    return answer(mood.status, mood.body)
  }
  if (path.startsWith('/guilds/')) {
    if (!/^Bot .{20,}$/.test(authorization))
      return answer(401, { message: '401: Unauthorized', code: 0 })
    if (path.endsWith('503') && tried <= 2) return answer(503, { message: 'busy' })
    // Longer than anybody who asked for it waits.
    if (path.endsWith('429') && tried <= 1) {
      return answer(429, { message: 'You are being rate limited.', retry_after: 90, global: false })
    }
    if (path.endsWith('404')) return answer(404, { message: 'Unknown Role', code: 10_011 })
    if (path.endsWith('403')) return answer(403, { message: 'Missing Permissions', code: 50_013 })
    return answer(204, '')
  }
  answer(200, { id: '1300000000000000077' })
}

async function take(request: IncomingMessage, path: string): Promise<Heard> {
  const { method = '', headers } = request
  const bytes = await buffer(request)
  const contentType = headers['content-type'] ?? ''
  const common = {
    method,
    path,
    at: Date.now(),
    userAgent: headers['user-agent'] ?? '',
    authorization: headers.authorization ?? '',
    contentType,
  }
  if (!contentType.startsWith('multipart/')) {
    const text = bytes.toString()
    return { ...common, body: text === '' ? null : JSON.parse(text), pictureBytes: 0 }
  }
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  const file = form.get('files[0]') as File
  const body: unknown = JSON.parse(form.get('payload_json') as string)
  return { ...common, body, pictureBytes: file.size }
}
