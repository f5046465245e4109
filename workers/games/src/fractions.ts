/** Exact fractions of integers: odds and payouts know no floating point. */

/** Lowest terms, denominator above 0. */
export type Fraction = { numerator: number; denominator: number }

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

/** Throws when a term is past what JavaScript holds exactly. */
export function fraction(numerator: number, denominator = 1): Fraction {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator < 1) {
    throw new RangeError(`${numerator}/${denominator} is not an exact fraction.`)
  }
  const divisor = commonDivisor(Math.abs(numerator), denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

export const add = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)

export const multiply = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator)

/** Below 0 when `a` is the smaller one, 0 when they are equal. */
export const compare = (a: Fraction, b: Fraction): number =>
  a.numerator * b.denominator - b.numerator * a.denominator

/** "99/100", "2/1". */
export const written = ({ numerator, denominator }: Fraction): string =>
  `${numerator}/${denominator}`

/** `amount` times a fraction that is not negative, rounded down to a whole minor unit. */
export function share(amount: number, { numerator, denominator }: Fraction): number {
  const product = amount * numerator
  if (!Number.isSafeInteger(product)) throw new RangeError(`${amount} is too large to be exact.`)
  return (product - (product % denominator)) / denominator
}

/** "1.00%": to two decimals, the nearest, for a fraction that is not negative. */
export function percent({ numerator, denominator }: Fraction): string {
  const hundredths = share(1, fraction(numerator * 20_000 + denominator, denominator * 2))
  const decimals = String(hundredths % 100).padStart(2, '0')
  return `${(hundredths - (hundredths % 100)) / 100}.${decimals}%`
}
