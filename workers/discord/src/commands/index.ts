/** Every command there is: what `npm run discord:register` sends and what an interaction is looked up in. */
import { balance } from './balance.ts'
import { buy } from './buy.ts'
import type { Command } from './command.ts'
import { daily } from './daily.ts'
import { economy } from './economy.ts'
import { fair } from './fair.ts'
import { gift } from './gift.ts'
import { inventory } from './inventory.ts'
import { leaderboard } from './leaderboard.ts'
import { pay } from './pay.ts'
import { play } from './play.ts'
import { profile } from './profile.ts'
import { rank } from './rank.ts'
import { setup } from './setup.ts'
import { shop } from './shop.ts'
import { use } from './use.ts'
import { work } from './work.ts'

export const commands: readonly Command[] = [
  balance,
  daily,
  work,
  pay,
  shop,
  buy,
  inventory,
  use,
  gift,
  play,
  leaderboard,
  rank,
  profile,
  fair,
  setup,
  economy,
]
