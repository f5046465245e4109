/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { balanceGet } from './balance.get.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesDelete } from './currencies.delete.ts'
import { currenciesGet } from './currencies.get.ts'
import { currenciesList } from './currencies.list.ts'
import { currenciesUpdate } from './currencies.update.ts'
import { entriesList } from './entries.list.ts'
import { holdsCapture } from './holds.capture.ts'
import { holdsCreate } from './holds.create.ts'
import { holdsGet } from './holds.get.ts'
import { holdsList } from './holds.list.ts'
import { holdsVoid } from './holds.void.ts'
import { inclusionsGet } from './inclusions.get.ts'
import { ledgerExport } from './ledger.export.ts'
import { movementsBatch } from './movements.batch.ts'
import { pendingTransfersList } from './pending-transfers.list.ts'
import { proofsCreate } from './proofs.create.ts'
import { proofsGet } from './proofs.get.ts'
import { proofsList } from './proofs.list.ts'
import { rebuildsCreate } from './rebuilds.create.ts'
import { rebuildsGet } from './rebuilds.get.ts'
import { reconciliationsGet } from './reconciliations.get.ts'
import { reconciliationsList } from './reconciliations.list.ts'
import { supplyList } from './supply.list.ts'
import { tradesCancel } from './trades.cancel.ts'
import { tradesConfirm } from './trades.confirm.ts'
import { tradesCreate } from './trades.create.ts'
import { tradesGet } from './trades.get.ts'
import { tradesHistory } from './trades.history.ts'
import { tradesList } from './trades.list.ts'
import { tradesOffer } from './trades.offer.ts'
import { transfersCreate } from './transfers.create.ts'
import { transfersGet } from './transfers.get.ts'
import { transfersList } from './transfers.list.ts'
import { transfersReverse } from './transfers.reverse.ts'
import { walletsBatch } from './wallets.batch.ts'
import { walletsDeposit } from './wallets.deposit.ts'
import { walletsGet } from './wallets.get.ts'
import { walletsList } from './wallets.list.ts'
import { walletsWithdraw } from './wallets.withdraw.ts'

export const routes = [
  balanceGet,
  transfersCreate,
  transfersList,
  transfersGet,
  transfersReverse,
  walletsList,
  walletsGet,
  walletsDeposit,
  walletsWithdraw,
  walletsBatch,
  movementsBatch,
  entriesList,
  holdsCreate,
  holdsCapture,
  holdsVoid,
  holdsGet,
  holdsList,
  tradesCreate,
  tradesList,
  tradesGet,
  tradesHistory,
  tradesOffer,
  tradesConfirm,
  tradesCancel,
  currenciesList,
  currenciesCreate,
  currenciesGet,
  currenciesUpdate,
  currenciesDelete,
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
