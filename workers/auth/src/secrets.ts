/** What is made of AUTH_SECRET: one key per purpose, and seals for what must not lie open in a database. */
import { hmacSha256 } from '@coinop/shared/hash'
import type { Seal } from '@coinop/shared/idempotency'
import { keyFor as ownedKeyFor, openText, sealText } from '@coinop/shared/seal'

/** Keys of different purposes tell nothing about each other or about the secret. */
const keyFor = (secret: string, purpose: string): Buffer =>
  ownedKeyFor({ secret, owner: 'coinop-auth', purpose })

/** The key as text, for HMACs and for signing cursors. */
export const textKeyFor = (secret: string, purpose: string): string =>
  keyFor(secret, purpose).toString('hex')

/** A fingerprint that cannot be searched offline, unlike a plain hash of something guessable such as a password. */
export const keyedHash = (secret: string, purpose: string, text: string): string =>
  hmacSha256(textKeyFor(secret, purpose), text)

/** AES-256-GCM. What was sealed for one purpose does not open for another. */
export function sealFor(secret: string, purpose: string): Seal {
  const key = keyFor(secret, purpose)
  return {
    seal: async (text) => sealText(key, text),
    open: async (sealed) => openText(key, sealed),
  }
}
