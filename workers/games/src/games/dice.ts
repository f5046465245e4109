/** Over or under: a roll of 1 to 100 against a target of the player's own, so that the player chooses the risk. */
import { z } from '@hono/zod-openapi'
import { fraction } from '../fractions.ts'
import { defineGame } from '../game-rules.ts'

const facesCount = 100
const directions = ['over', 'under'] as const
const targetMin = 2
const targetMax = 99
const targets = Array.from({ length: targetMax - targetMin + 1 }, (_, index) => targetMin + index)

export const dice = defineGame({
  id: 'dice',
  version: 1,
  name: 'Dice',
  rules:
    'Choose a target and a direction. The roll is one draw of a hundred plus 1, so 1 to 100. You win when the roll is above ' +
    '(over) or below (under) the target; the target itself loses. With w winning rolls a win pays 99/w times the bet, rounded down.',
  choice: z.strictObject({
    direction: z.enum(directions).describe('Whether the roll must be above or below the target'),
    target: z.int().min(targetMin).max(targetMax).describe('Leaves 1 to 98 winning rolls of 100'),
  }),
  choices: directions.flatMap((direction) => targets.map((target) => ({ direction, target }))),
  outcome: z.strictObject({ roll: z.int().min(1).max(facesCount).describe('What was rolled') }),
  bounds: [facesCount],
  play([draw = 0], { direction, target }) {
    const roll = draw + 1
    const winning = direction === 'over' ? facesCount - target : target - 1
    const won = direction === 'over' ? roll > target : roll < target
    return { outcome: { roll }, pays: won ? fraction(99, winning) : fraction(0) }
  },
})
