import { describe, expect, test } from 'vitest'
import { fetchGateway, newKey, newProject } from './test-project.ts'

/** A board through the public door, and a key that may follow it. */
async function newBoard() {
  const key = await newKey(await newProject(), 'secret', ['leaderboards:write'])
  const json = { slug: `live-${crypto.randomUUID()}`, name: 'Live' }
  const made = await fetchGateway('/v1/leaderboards', {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
  const { id } = await made.json<{ id: string }>()
  return { key, path: `/v1/leaderboards/${id}/live` }
}

describe('live', () => {
  test('an upgrade passes through the gateway, with a ticket in place of a key', async () => {
    const { key, path } = await newBoard()
    const made = await fetchGateway(`${path}-tickets`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    })
    const { ticket } = await made.json<{ ticket: string }>()
    const headers = { upgrade: 'websocket' }
    expect((await fetchGateway(path, { headers })).status).toBe(404)
    const { status, webSocket } = await fetchGateway(`${path}?ticket=${ticket}`, { headers })
    expect(status).toBe(101)
    const first = new Promise<string>((done) => {
      webSocket!.addEventListener('message', ({ data }) => done(String(data)))
    })
    webSocket!.accept()
    expect(JSON.parse(await first)).toMatchObject({ type: 'snapshot', entries: [] })
    webSocket!.close()
  })

  test('events are passed on as they come, not when they end', async () => {
    const { key, path } = await newBoard()
    const headers = { 'x-api-key': key, accept: 'text/event-stream' }
    const { status, body } = await fetchGateway(path, { headers })
    expect(status).toBe(200)
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('event: snapshot')) text += (await reader.read()).value
    expect(text).toContain('retry: 1000')
    await reader.cancel()
  })
})
