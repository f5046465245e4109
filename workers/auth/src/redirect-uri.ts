/** Where Discord may send a browser back to, as a project or the server lists it. */
import { z } from '@hono/zod-openapi'

/** Of one project. */
export const redirectUrisMax = 10
const redirectUriCharactersMax = 512

/** https, this machine, or a scheme of an app's own (RFC 8252: with a dot, or Discord's `discord-<application id>`). */
const redirectSchemes =
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]|discord-\d{17,20}:\/|[a-z][a-z0-9+-]*\.[a-z0-9.+-]+:\/)/

export const RedirectUri = z
  .string()
  .max(redirectUriCharactersMax)
  .regex(redirectSchemes, 'https, http on localhost, or a scheme of your own with a dot in it.')
  .regex(/^[\x21-\x7e]+$/, 'Visible ASCII characters.')
  .refine((text) => isPlainAddress(text), 'An address without a fragment and without a user name.')
  .openapi({ type: 'string', example: 'https://game.example/signed-in' })

function isPlainAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.username === '' && url.password === '' && !text.includes('#')
}
