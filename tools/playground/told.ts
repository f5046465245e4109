/** What the bot tells Discord after its first answer, as the feed brings it to the page. */

/** A file of a message, as text so that it fits into JSON. */
export type File = { name: string; type: string; base64: string }

/** One request of the bot to Discord's REST API. */
export type Told = {
  number: number
  method: string
  path: string
  /** Of the interaction that it belongs to; empty when to none. */
  token: string
  /** `@original`, the id of a follow-up, or empty. */
  messageId: string
  payload: unknown
  files: File[]
}
