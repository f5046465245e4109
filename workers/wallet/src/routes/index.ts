/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { balanceGet } from './balance.get.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesList } from './currencies.list.ts'
import { entriesList } from './entries.list.ts'
import { transfersCreate } from './transfers.create.ts'
import { walletsDeposit } from './wallets.deposit.ts'

export const routes = [
  balanceGet,
  transfersCreate,
  walletsDeposit,
  entriesList,
  currenciesList,
  currenciesCreate,
] as const
