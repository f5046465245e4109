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

export function fakeBotDoor(): Door {
  const heard: Heard[] = []
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
      (isReply && ['PATCH', 'POST'].includes(method)) ||
      (isRole && ['PUT', 'DELETE'].includes(method))
    if (!isKnown) return false
    const tried = (tries.get(`${method} ${path}`) ?? 0) + 1
    tries.set(`${method} ${path}`, tried)
    void take(request, path).then((message) => {
      heard.push(message)
      // Done, and never answered.
      if (path.startsWith('/guilds/') && path.endsWith('408') && tried === 1) return
      respond(message, tried, answer)
    })
    return true
  }
}

function respond({ path, authorization }: Heard, tried: number, answer: Answer): void {
  if (path.includes('busy-twice') && tried <= 2) return answer(503, { message: 'busy' })
  if (path.includes('limited-once') && tried === 1) {
    return answer(429, { message: 'You are being rate limited.', retry_after: 0.2, global: false })
  }
  if (path.includes('not-yet') && tried === 1) {
    return answer(404, { message: 'Unknown Webhook', code: 10_015 })
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
