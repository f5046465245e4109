/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { balanceGet } from './balance.get.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesList } from './currencies.list.ts'
import { entriesList } from './entries.list.ts'
import { transfersCreate } from './transfers.create.ts'
import { transfersGet } from './transfers.get.ts'
import { transfersList } from './transfers.list.ts'
import { walletsDeposit } from './wallets.deposit.ts'
import { walletsGet } from './wallets.get.ts'
import { walletsList } from './wallets.list.ts'

export const routes = [
  balanceGet,
  transfersCreate,
  transfersList,
  transfersGet,
  walletsList,
  walletsGet,
  walletsDeposit,
  entriesList,
  currenciesList,
  currenciesCreate,
] as const
