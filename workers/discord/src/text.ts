/** Other people's words inside our replies: nothing in them may format, link, mention, hide or reverse anything. */
import { plain } from '@coinop/shared/plain-text'

export { cut, plain } from '@coinop/shared/plain-text'

/** All that Discord's markdown, mentions, emoji codes and automatic links are made of. */
const special = /[\\`*_~|<>#+\-[\]().@:/]/g

/** `plain`, with every special character escaped: at most twice `max` characters. */
export const escaped = (text: string, max: number): string =>
  plain(text, max).replace(special, (character) => `\\${character}`)

/** Shows a name that Discord fills in; pings nobody, because no reply allows mentions. */
export const mention = (discordId: string): string => `<@${discordId}>`
