/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { billingGet } from './billing.get.ts'
import { dailyUsageList } from './daily-usage.list.ts'
import { usageGet } from './usage.get.ts'

export const routes = [billingGet, usageGet, dailyUsageList] as const
