/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { inventoryGive } from './inventory.give.ts'
import { inventoryList } from './inventory.list.ts'
import { inventoryUse } from './inventory.use.ts'
import { itemsCreate } from './items.create.ts'
import { itemsExport } from './items.export.ts'
import { itemsGet } from './items.get.ts'
import { itemsImport } from './items.import.ts'
import { itemsList } from './items.list.ts'
import { itemsUpdate } from './items.update.ts'
import { ordersGet } from './orders.get.ts'
import { ordersList } from './orders.list.ts'
import { ordersPurchase } from './orders.purchase.ts'
import { ordersRefund } from './orders.refund.ts'

export const routes = [
  itemsList,
  // Before the item of that id.
  itemsExport,
  itemsGet,
  itemsCreate,
  itemsUpdate,
  itemsImport,
  ordersPurchase,
  ordersGet,
  ordersList,
  ordersRefund,
  inventoryList,
  inventoryUse,
  inventoryGive,
] as const
