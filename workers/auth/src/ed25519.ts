/** Whether 64 hexadecimal characters can be somebody's Ed25519 public key (RFC 8032, section 5.1.3). Pure. */

const p = 2n ** 255n - 19n
const signBit = 2n ** 255n

const modulo = (value: bigint): bigint => ((value % p) + p) % p

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

const inverse = (value: bigint): bigint => power(value, p - 2n)
const d = modulo(-121665n * inverse(121666n))
const rootOfMinusOne = power(2n, (p - 1n) / 4n)

type Point = { x: bigint; y: bigint }

/** A point on the curve, in its only spelling, and none of the eight under which anybody can sign. */
export function isEd25519Point(hex: string): boolean {
  const point = decode(hex)
  if (!point) return false
  const { x, y } = double(double(double(point)))
  return !(x === 0n && y === 1n)
}

function decode(hex: string): Point | undefined {
  if (!/^[0-9a-f]{64}$/.test(hex)) return undefined
  const littleEndian = BigInt(`0x${hex.match(/../g)!.toReversed().join('')}`)
  const y = littleEndian % signBit
  if (y >= p) return undefined
  const [u, v] = [modulo(y * y - 1n), modulo(d * y * y + 1n)]
  const ratio = modulo(u * inverse(v))
  let x = power(ratio, (p + 3n) / 8n)
  if (modulo(x * x) !== ratio) x = modulo(x * rootOfMinusOne)
  if (modulo(x * x) !== ratio) return undefined
  const isOdd = littleEndian >= signBit
  if (x === 0n && isOdd) return undefined
  return { x: (x & 1n) === (isOdd ? 1n : 0n) ? x : modulo(-x), y }
}

function double({ x, y }: Point): Point {
  const product = modulo(d * x * x * y * y)
  return {
    x: modulo(2n * x * y * inverse(1n + product)),
    y: modulo((y * y + x * x) * inverse(1n - product)),
  }
}
