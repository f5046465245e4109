/** For tests: a key pair as Discord keeps one per application, made anew each time. */

export type Identity = { publicKey: string; privateKey: CryptoKey }

export async function newIdentity(): Promise<Identity> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const raw = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer
  return { publicKey: toHex(raw), privateKey: pair.privateKey }
}

/** The signature as Discord sends it. */
export async function sign(
  { privateKey }: Identity,
  timestamp: string,
  body: Uint8Array,
): Promise<string> {
  const prefix = new TextEncoder().encode(timestamp)
  const signed = new Uint8Array([...prefix, ...body])
  return toHex(await crypto.subtle.sign('Ed25519', privateKey, signed))
}

const toHex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
