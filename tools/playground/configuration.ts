/** What the page is told when it opens: `/playground/config.json`. */
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'
import type { botUser, guild, Person } from './people.ts'

export type Configuration = {
  applicationId: string
  /** PKCS#8 in base64, of the made-up application of the demo project. */
  privateKey: string
  commands: RESTPostAPIChatInputApplicationCommandsJSONBody[]
  people: Person[]
  guild: typeof guild
  bot: typeof botUser
  /** Where the feed stands: what was told before is not for this page. */
  told: number
}
