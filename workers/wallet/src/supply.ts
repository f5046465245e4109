/** What there is of each currency: in wallets, and on the other side in the system accounts. Together it is 0. */
import { z } from '@hono/zod-openapi'
import { CurrencyCode } from '@coinop/shared/money'
import type { SplitSum, SplitTotals } from './audit-schema.ts'
import type { SystemAccount } from './ledger-rules.ts'

/** Every system account of the rules has a column: one without does not compile. */
export const accountColumns = {
  '@mint': 'mint',
  '@shop': 'shop',
  '@house': 'house',
  '@fees': 'fees',
  '@burn': 'burn',
  '@transit': 'transit',
} as const satisfies Record<SystemAccount, string>
export const systemAccounts = Object.keys(accountColumns) as SystemAccount[]

/** Sums may be larger than what a JSON number carries exactly. */
const Digits = z
  .string()
  .regex(/^-?\d+$/)
  .openapi({ description: 'Minor units, as decimal digits', example: '-125000' })

export const Supply = z
  .strictObject({
    currency: CurrencyCode,
    wallets: Digits.openapi({ description: 'Posted in all wallets' }),
    accounts: z.record(z.string(), Digits).openapi({
      description: 'Per system account; what is on the way between two wallets stands in @transit',
    }),
    sum: Digits.openapi({ description: 'All of it together: 0', example: '0' }),
  })
  .openapi('Supply')
export type Supply = z.infer<typeof Supply>

/** Of one currency, in decimal digits. */
export type Totals = { currency: string; wallets: string; accounts: Record<string, string> }

const joined = ([thousandMillions, rest]: SplitSum): string =>
  String(BigInt(thousandMillions) * 1_000_000_000n + BigInt(rest))

export const toTotals = ({ currency, wallets, accounts }: SplitTotals): Totals => ({
  currency,
  wallets: joined(wallets),
  accounts: Object.fromEntries(
    Object.entries(accounts).map(([account, sum]) => [account, joined(sum)]),
  ),
})

export const toSupply = ({ currency, wallets, accounts }: Totals): Supply => {
  const all = [wallets, ...Object.values(accounts)].map(BigInt)
  const sum = all.reduce((left, right) => left + right, 0n)
  return { currency, wallets, accounts, sum: String(sum) }
}

const splitSum = (column: string) =>
  `json_array(sum(${column} / 1000000000), sum(${column} % 1000000000))`
const accountSums = Object.entries(accountColumns).map(
  ([account, column]) => `'${account}', ${splitSum(column)}`,
)

/** One row per currency of project ?1: its code, and its `SplitTotals` as JSON. */
export const totalsPerCurrency = `
  SELECT currency, json_object('currency', currency, 'wallets', ${splitSum('posted')},
    'accounts', json_object(${accountSums.join(', ')})) AS totals
  FROM balances WHERE project_id = ?1 GROUP BY currency`

/** By code, from one statement and so from one moment. */
export async function readSupply(
  database: D1Database,
  projectId: string,
  { after, limit }: { after: string; limit: number },
): Promise<Supply[]> {
  const { results } = await database
    .prepare(
      `SELECT totals FROM (${totalsPerCurrency}) WHERE currency > ?2 ORDER BY currency LIMIT ?3`,
    )
    .bind(projectId, after, limit)
    .all<{ totals: string }>()
  return results.map(({ totals }) => toSupply(toTotals(JSON.parse(totals) as SplitTotals)))
}
