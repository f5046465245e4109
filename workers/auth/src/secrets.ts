/** What is made of AUTH_SECRET: one key per purpose, and seals for what must not lie open in a database. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { hmacSha256 } from '@coinop/shared/hash'
import type { Seal } from '@coinop/shared/idempotency'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** Keys of different purposes tell nothing about each other or about the secret. */
const keyFor = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'coinop-auth', purpose, keyBytes))

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
    async seal(text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const bodyStart = nonceBytes + tagBytes
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAuthTag(bytes.subarray(nonceBytes, bodyStart))
      const text = [decipher.update(bytes.subarray(bodyStart)), decipher.final()]
      return Buffer.concat(text).toString('utf8')
    },
  }
}
