/**
 * The part of Discord's REST API (v10) that a bot needs after its first answer: messages of an interaction, roles of a
 * member. What the bot sends goes to the feed, from which the page shows it.
 */
import type { Feed } from './feed.ts'
import { botUser, guild, people } from './people.ts'
import { newSnowflake } from './snowflake.ts'
import type { File } from './told.ts'

type Asked = { request: Request; path: string; parts: string[]; feed: Feed }
type Door = { pattern: RegExp; answer: (asked: Asked) => Promise<Response> | Response }

const api = '/api/v10'
const id = String.raw`\d{17,20}`
const webhook = String.raw`/webhooks/(${id})/([\w.-]{1,200})`
const role = String.raw`/guilds/(${id})/members/(${id})/roles/(${id})`

const doors: Door[] = [
  {
    pattern: new RegExp(`^(?:PATCH|DELETE) ${webhook}/messages/(@original|${id})$`),
    answer: editMessage,
  },
  { pattern: new RegExp(`^GET ${webhook}/messages/@original$`), answer: readReply },
  { pattern: new RegExp(`^POST ${webhook}$`), answer: followUp },
  { pattern: new RegExp(`^(?:PUT|DELETE) ${role}$`), answer: setRole },
  {
    pattern: new RegExp(`^GET /guilds/(${id})/roles$`),
    answer: ({ parts }) => (parts[0] === guild.id ? Response.json(guild.roles) : unknown('Guild')),
  },
]

/** Answers as Discord does; what it does not know is a 404 in Discord's form. */
export async function answerRest(request: Request, feed: Feed): Promise<Response> {
  const { pathname } = new URL(request.url)
  const path = pathname.replace(api, '')
  for (const { pattern, answer } of doors) {
    const [, ...parts] = pattern.exec(`${request.method} ${path}`) ?? []
    if (parts.length > 0) return answer({ request, path, parts, feed })
  }
  return Response.json({ message: '404: Not Found', code: 0 }, { status: 404 })
}

const unknown = (what: string) =>
  Response.json({ message: `Unknown ${what}`, code: 10_000 }, { status: 404 })

async function editMessage({ request, path, parts, feed }: Asked): Promise<Response> {
  const [, token = '', messageId = ''] = parts
  const { payload, files } = await readMessage(request)
  feed.tell({ method: request.method, path, token, messageId, payload, files })
  if (request.method === 'DELETE') return new Response(null, { status: 204 })
  return Response.json(messageOf(messageId === '@original' ? newSnowflake() : messageId, payload))
}

/** Set while a reply is "thinking". */
const loading = 128

/** As far as it is known here: what the first answer said, and what other presses changed, only the page knows. */
function readReply({ parts, feed }: Asked): Response {
  const [, token = ''] = parts
  const edit = feed.lastEdit(token)
  if (!edit) return Response.json({ ...messageOf(newSnowflake(), null), flags: loading })
  return edit.method === 'DELETE'
    ? unknown('Message')
    : Response.json({ ...messageOf(newSnowflake(), edit.payload), edited_timestamp: edit.at })
}

async function followUp({ request, path, parts, feed }: Asked): Promise<Response> {
  const [, token = ''] = parts
  const { payload, files } = await readMessage(request)
  const message = messageOf(newSnowflake(), payload)
  feed.tell({ method: 'POST', path, token, messageId: message.id, payload, files })
  return Response.json(message)
}

function setRole({ request, path, parts, feed }: Asked): Response {
  const [guildId, userId, roleId = ''] = parts
  const person = people.find(({ id: theirs }) => theirs === userId)
  if (guildId !== guild.id) return unknown('Guild')
  if (!person) return unknown('Member')
  if (!guild.roles.some((each) => each.id === roleId)) return unknown('Role')
  const { method } = request
  const others = person.roles.filter((each) => each !== roleId)
  person.roles = method === 'PUT' ? [...others, roleId] : others
  feed.tell({ method, path, token: '', messageId: '', payload: { userId, roleId }, files: [] })
  return new Response(null, { status: 204 })
}

const messageOf = (messageId: string, payload: unknown) => ({
  ...(typeof payload === 'object' && payload),
  id: messageId,
  author: botUser,
  channel_id: guild.channel.id,
})

/** A message in either of the forms that Discord takes: JSON, or `payload_json` with files beside it. */
async function readMessage(request: Request): Promise<{ payload: unknown; files: File[] }> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('multipart/form-data')) {
    const text = await request.text()
    return { payload: text === '' ? null : JSON.parse(text), files: [] }
  }
  const form = await request.formData()
  const files: File[] = []
  for (const value of form.values()) {
    if (typeof value === 'string') continue
    const base64 = Buffer.from(await value.arrayBuffer()).toString('base64')
    files.push({ name: value.name, type: value.type, base64 })
  }
  const payload = form.get('payload_json')
  return { payload: typeof payload === 'string' ? JSON.parse(payload) : null, files }
}
