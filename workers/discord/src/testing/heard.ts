/** For tests: what the fake Discord heard from us, over HTTP. */
import { env } from 'cloudflare:workers'
import { snowflake } from './world.ts'

export type Heard = {
  method: string
  path: string
  userAgent: string
  authorization: string
  contentType: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a test may look into any message
  body: any
  pictureBytes: number
}

/** Requests whose path has these words, oldest first. */
export async function heardAbout(about: string): Promise<Heard[]> {
  const url = new URL('/test/heard', env.DISCORD_API_URL)
  url.searchParams.set('about', about)
  return (await fetch(url)).json()
}

/** A token that only this test has; the fake Discord behaves as the words say. */
export const newToken = (words = 'token'): string => `${words}-${snowflake()}`
