/** The options of commands about things that the player owns or may buy. */
import { limits, optionType } from '../protocol.ts'

export const quantityMax = 1_000

export const itemOption = {
  type: optionType.string,
  name: 'item',
  description: 'Its name',
  required: true,
  autocomplete: true,
  min_length: 1,
  max_length: limits.choiceValue,
} as const

/** Of something owned: nothing is suggested, because suggestions do not know the player. */
export const ownItemOption = { ...itemOption, autocomplete: false } as const

export const quantityOption = {
  type: optionType.integer,
  name: 'quantity',
  description: 'How many; without it one',
  min_value: 1,
  max_value: quantityMax,
} as const
