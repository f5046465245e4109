/** Ids as Discord makes them: milliseconds since 2015 in the upper 42 bits, then a counter, so that they sort by time. */

const epoch = 1_420_070_400_000n
let counter = 0n

export function newSnowflake(): string {
  counter = (counter + 1n) & 0xfffn
  const random = BigInt(crypto.getRandomValues(new Uint16Array(1))[0]! & 0x3ff)
  return String(((BigInt(Date.now()) - epoch) << 22n) | (random << 12n) | counter)
}
