/** Signs as Discord does: Ed25519 over the timestamp and the raw body. */

export type Signed = { headers: Record<string, string>; body: string }

export const importKey = (pkcs8: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', fromBase64(pkcs8), 'Ed25519', false, ['sign'])

export async function signed(key: CryptoKey, body: string): Promise<Signed> {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const bytes = new TextEncoder().encode(timestamp + body)
  const signature = await crypto.subtle.sign('Ed25519', key, bytes)
  return {
    headers: {
      'content-type': 'application/json',
      'x-signature-ed25519': toHex(new Uint8Array(signature)),
      'x-signature-timestamp': timestamp,
    },
    body,
  }
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))
const toHex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
