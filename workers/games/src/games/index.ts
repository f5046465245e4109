/** The games there are. A new one is a file beside this one, and a line here. */
import type { Game } from '../game-rules.ts'
import { blackjack } from './blackjack.ts'
import { coinflip } from './coinflip.ts'
import { dice } from './dice.ts'
import { highLow } from './high-low.ts'
import { roulette } from './roulette.ts'
import { slots } from './slots.ts'

/** By id. */
export const games = [blackjack, coinflip, dice, highLow, roulette, slots] as const

export const findGame = (id: string): Game | undefined => games.find((game) => game.id === id)
