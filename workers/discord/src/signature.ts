/** Whether Discord signed these bytes: Ed25519 over the timestamp and the raw body. Pure: it knows no clock and no database. */

export type SignedRequest = {
  /** The application's, 64 hex digits. */
  publicKey: string
  /** `X-Signature-Ed25519`, 128 hex digits. */
  signature: string
  /** `X-Signature-Timestamp`, seconds since the epoch, digits only. */
  timestamp: string
  /** As received: a parsed and rewritten body is another body. */
  body: Uint8Array
}

const keyPattern = /^[0-9a-f]{64}$/i
const signaturePattern = /^[0-9a-f]{128}$/i
const timestampPattern = /^[0-9]{1,15}$/

/** True only for a well-formed signature that fits. Never throws, whatever it is given. */
export async function isSigned(request: SignedRequest): Promise<boolean> {
  const { publicKey, signature, timestamp, body } = request
  if (!keyPattern.test(publicKey) || !signaturePattern.test(signature)) return false
  if (!timestampPattern.test(timestamp)) return false
  const prefix = new TextEncoder().encode(timestamp)
  const signed = new Uint8Array(prefix.length + body.length)
  signed.set(prefix)
  signed.set(body, prefix.length)
  try {
    const key = await crypto.subtle.importKey('raw', fromHex(publicKey), 'Ed25519', false, [
      'verify',
    ])
    return await crypto.subtle.verify('Ed25519', key, fromHex(signature), signed)
  } catch {
    // The bytes are not a point of the curve, so nobody can have signed with them.
    return false
  }
}

const oldestSeconds = 300
const aheadSeconds = 60

/** A signature is good for five minutes, and for one minute of a clock that runs ahead. */
export function isFresh(timestamp: string, milliseconds: number): boolean {
  if (!timestampPattern.test(timestamp)) return false
  const age = milliseconds / 1_000 - Number(timestamp)
  return age <= oldestSeconds && age >= -aheadSeconds
}

const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
