/** Where a request comes from, as far as a limit should tell apart. */

/** The address that the platform names, a /64 for IPv6, where one customer has all of it; `unknown` on a laptop. */
export function addressOf(headers: Headers): string {
  const address = headers.get('cf-connecting-ip') ?? 'unknown'
  return address.includes(':') ? prefixOf(address) : address
}

function prefixOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
