/**
 * The playground of a local server: a page that acts as Discord's client and, for the bot, as Discord's REST API. It lives
 * in the process of `npm start` and in no Worker, so nothing of it can be deployed.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Demo } from '../demo.ts'
import { definitions } from '../discord-register.ts'
import type { Configuration } from './configuration.ts'
import { answerRest } from './discord-rest.ts'
import { createFeed, type Feed } from './feed.ts'
import { pageFiles } from './page-files.ts'
import { botUser, guild, people } from './people.ts'

type Handler = (request: Request) => Promise<Response>
export type Playground = {
  /** Answers `/playground` and what is under it. */
  page: Handler
  /** What the bot's Worker fetches from the Discord that is here. */
  outbound: Handler
  /** Whether an address is of the Discord that is here; all others are the network's. */
  isHere: (url: string) => boolean
  /** Told to the Workers, unless the operator says otherwise. */
  vars: Record<string, Record<string, string>>
}

/** An address that nobody has: `.invalid` is reserved for it (RFC 2606). */
const restHost = 'discord.invalid'
const waitMilliseconds = 20_000
const localNames = ['localhost', '127.0.0.1', '[::1]']

export function createPlayground(stateFolder: string): Playground {
  const feed = createFeed()
  return {
    page: async (request) => {
      try {
        return await answerPage(request, { stateFolder, feed })
      } catch (error) {
        return new Response(String(error), { status: 500 })
      }
    },
    outbound: (request) => answerRest(request, feed),
    isHere: (url) => new URL(url).hostname === restHost,
    vars: { discord: { DISCORD_API_URL: `http://${restHost}/api/v10` } },
  }
}

/** Whether whoever connects to this address sits at this machine. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(host)

type Parts = { stateFolder: string; feed: Feed }

async function answerPage(request: Request, { stateFolder, feed }: Parts): Promise<Response> {
  const url = new URL(request.url)
  // A page of another name that resolves to this machine would be of our origin, and could read the key.
  if (!localNames.includes(url.hostname)) return nothing(421)
  if (request.method !== 'GET') return nothing(405)
  if (url.pathname === '/playground/config.json') {
    return uncached(JSON.stringify(await configuration(stateFolder, feed)), 'application/json')
  }
  if (url.pathname === '/playground/told.json') {
    const after = Number(url.searchParams.get('after') ?? 0)
    return uncached(JSON.stringify(await feed.wait(after, waitMilliseconds)), 'application/json')
  }
  const file = pageFiles[url.pathname]
  return file ? uncached(await file.content(), file.type) : nothing(404)
}

const nothing = (status: number) => new Response(null, { status })
const uncached = (body: string, type: string) =>
  new Response(body, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' },
  })

/** All that the page needs to be Discord: the demo application with its key, the commands, the people. */
async function configuration(stateFolder: string, feed: Feed): Promise<Configuration> {
  const file = join(stateFolder, 'demo.json')
  const { discord } = JSON.parse(readFileSync(file, 'utf8')) as Demo
  return {
    applicationId: discord.applicationId,
    privateKey: discord.privateKey,
    commands: await definitions(),
    people,
    guild,
    bot: botUser,
    told: feed.last(),
  }
}
