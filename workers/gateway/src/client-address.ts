/** Where a request comes from, for those who count attempts. */

const charactersMax = 45

/**
 * The network address that Cloudflare saw; it replaces what a client writes there itself. A local installation has nobody
 * in front who would, so there the header is anybody's word, and no address is known.
 */
export function clientAddress(environment: string, headers: Headers): string | undefined {
  if (environment === 'local') return undefined
  const address = headers.get('cf-connecting-ip') ?? ''
  return address !== '' && address.length <= charactersMax ? address : undefined
}
