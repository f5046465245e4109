/** AES-256-GCM under a key for each purpose, for what must not lie open in a database. Synchronous, so usable between a read and a write. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

export type SealKey = {
  secret: string
  /** Whose keys these are, such as `coinop-auth`: two Workers with one secret still have different keys. */
  owner: string
  purpose: string
}

/** Keys of different owners and purposes tell nothing about each other or about the secret (HKDF-SHA-256, RFC 5869). */
export const keyFor = ({ secret, owner, purpose }: SealKey): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, owner, purpose, keyBytes))

/** Nonce, tag and ciphertext in base64url; two seals of one text differ. */
export function sealText(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Throws when it was sealed under another key, or changed since. */
export function openText(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const bodyStart = nonceBytes + tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(nonceBytes, bodyStart))
  const text = [decipher.update(bytes.subarray(bodyStart)), decipher.final()]
  return Buffer.concat(text).toString('utf8')
}
