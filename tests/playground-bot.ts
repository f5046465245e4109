/** A bot of the tests' own behind the playground's page: it uses what Discord's protocol has, whatever ours uses of it. */
import type { Page, Route } from 'playwright-core'
import type { Told } from '../tools/playground/told.ts'

/** What the page sent. */
export type Sent = {
  id: string
  token: string
  type: number
  member: { user: { id: string } }
  message?: { id: string; content: string }
  data: {
    name?: string
    custom_id?: string
    values?: string[]
    resolved?: object
    components?: object[]
  }
}
type Multipart = { payload: object; png: Buffer; name: string }
type Reply = { status?: number; body: object | string | Multipart; afterMilliseconds?: number }

/** Takes the place of the bot and of what it tells Discord later. */
export async function playBot(page: Page) {
  const sent: Sent[] = []
  let replies: Reply[] = []
  let told: Told[] = []
  let wake = () => {}
  let number = 1_000
  await page.route('**/v1/discord/interactions/*', async (route) => {
    sent.push(route.request().postDataJSON() as Sent)
    const [reply = { status: 500, body: 'no reply is left' }] = replies
    replies = replies.slice(1)
    await new Promise((resolve) => setTimeout(resolve, reply.afterMilliseconds ?? 0))
    await fulfil(route, reply)
  })
  await page.route('**/playground/told.json*', async (route) => {
    if (told.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    const list = told
    told = []
    // The page may be gone by now.
    await route.fulfill({ json: list }).catch(() => undefined)
  })
  return {
    sent: () => sent.at(-1)!,
    replies: (...list: (object | string)[]) => void (replies = list.map((body) => ({ body }))),
    reply: (reply: Reply) => void (replies = [reply]),
    tell: (part: Partial<Told>) => {
      number += 1
      const path = `/webhooks/1/${part.token}`
      told.push({
        number,
        method: 'PATCH',
        path,
        token: '',
        messageId: '@original',
        payload: null,
        files: [],
        ...part,
      })
      wake()
    },
  }
}

export type Bot = Awaited<ReturnType<typeof playBot>>

async function fulfil(route: Route, { status = 200, body }: Reply): Promise<void> {
  if (typeof body === 'string') return route.fulfill({ status, body })
  if (!('png' in body)) return route.fulfill({ status, json: body })
  const { payload, png, name } = body
  const boundary = 'a-boundary'
  const part = (head: string) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`)
  const bytes = Buffer.concat([
    part('name="payload_json"\r\ncontent-type: application/json'),
    Buffer.from(JSON.stringify(payload)),
    Buffer.from('\r\n'),
    part(`name="files[0]"; filename="${name}"\r\ncontent-type: image/png`),
    png,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return route.fulfill({
    status,
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: bytes,
  })
}

/** A picture of one pixel. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
