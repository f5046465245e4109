/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { balanceGet } from './balance.get.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesList } from './currencies.list.ts'
import { ledgerExport } from './ledger.export.ts'
import { entriesList } from './entries.list.ts'
import { inclusionsGet } from './inclusions.get.ts'
import { pendingTransfersList } from './pending-transfers.list.ts'
import { proofsCreate } from './proofs.create.ts'
import { proofsGet } from './proofs.get.ts'
import { proofsList } from './proofs.list.ts'
import { rebuildsCreate } from './rebuilds.create.ts'
import { rebuildsGet } from './rebuilds.get.ts'
import { reconciliationsGet } from './reconciliations.get.ts'
import { reconciliationsList } from './reconciliations.list.ts'
import { supplyList } from './supply.list.ts'
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
  supplyList,
  proofsGet,
  proofsCreate,
  proofsList,
  inclusionsGet,
  ledgerExport,
  pendingTransfersList,
  reconciliationsList,
  reconciliationsGet,
  rebuildsCreate,
  rebuildsGet,
] as const
