/** What a command is given: the player, and buttons and forms that only they can use. */
import type { Caller } from '@coinop/shared/caller'
import type {
  APIButtonComponentWithCustomId,
  APIModalInteractionResponse,
} from 'discord-api-types/v10'
import type { Context, NewButton, NewInput, NewModal } from './commands/command.ts'
import { type ButtonScope, writeCustomId } from './custom-id.ts'
import type { DiscordConnection } from './discord-rest.ts'
import type { DiscordUser, UserInteraction } from './interaction.ts'
import type { Button, ModalReply } from './model.ts'
import { findPlayer, playerCaller } from './players.ts'
import { buttonStyle, componentType, inputStyle, limits, responseType } from './protocol.ts'
import { cut } from './text.ts'

/** What stands around an interaction, before anybody is known. */
export type Scene = {
  env: DiscordEnv
  /** The application, in the project of the server. */
  caller: Caller
  applicationId: string
  ownServer: string | undefined
  buttons: ButtonScope
  discord: DiscordConnection
  /** Whether an earlier run ended before anybody heard of it. */
  isCarriedOn: boolean
  /** Goes on after the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

type Use = { user: DiscordUser; command: string }

export async function contextOf(
  scene: Scene,
  interaction: UserInteraction,
  { user, command }: Use,
): Promise<Context> {
  const { env, caller, ownServer } = scene
  const player = await findPlayer(env, caller, user)
  const idOf = ({ action, args = [] }: Pick<NewButton, 'action' | 'args'>) =>
    writeCustomId(scene.buttons, { command, action, ownerId: user.id, args })
  return {
    env,
    caller: playerCaller(caller, player),
    player,
    interaction,
    key: `interaction:${interaction.id}`,
    ownServer,
    applicationId: scene.applicationId,
    discord: scene.discord,
    isCarriedOn: scene.isCarriedOn,
    button: (button) => buttonOf(idOf(button), button),
    modal: (modal) => modalOf(idOf(modal), modal),
  }
}

const buttonOf = (id: string, { label, style = 'secondary', disabled }: NewButton): Button =>
  ({
    type: componentType.button,
    style: buttonStyle[style],
    label: cut(label, limits.buttonLabel),
    custom_id: id,
    ...(disabled && { disabled }),
  }) satisfies APIButtonComponentWithCustomId

const modalOf = (id: string, { title, inputs }: NewModal): ModalReply =>
  ({
    type: responseType.modal,
    data: {
      custom_id: id,
      title: cut(title, limits.modalTitle),
      components: inputs.slice(0, limits.rowsCount).map((input) => ({
        type: componentType.row,
        components: [inputOf(input)],
      })),
    },
  }) satisfies APIModalInteractionResponse

const inputOf = (input: NewInput) => ({
  type: componentType.textInput,
  custom_id: input.name,
  style: input.isLong ? inputStyle.paragraph : inputStyle.short,
  label: cut(input.label, limits.inputLabel),
  ...(input.placeholder && { placeholder: cut(input.placeholder, limits.inputPlaceholder) }),
  ...(input.value && { value: cut(input.value, input.max) }),
  ...(!input.isOptional && { min_length: 1 }),
  max_length: input.max,
  required: !input.isOptional,
})
