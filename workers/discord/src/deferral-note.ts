/** The note of a reply that is owed: all that it takes to do the work once more, sealed, for in it is the token that edits the reply. */
import { type Caller, readCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { keyFor, openText, sealText } from '@coinop/shared/seal'
import { z } from 'zod'
import type { Scene } from './context.ts'
import { DeferrableInteraction, Snowflake } from './interaction.ts'
import { sceneFor } from './scene.ts'

const Note = z.object({
  /** When the reply was deferred: a second or so after Discord made the token. */
  at: z.int(),
  caller: z.custom<Caller>((value) => readCaller(JSON.stringify(value)) !== undefined),
  applicationId: Snowflake,
  ownServer: Snowflake.optional(),
  botUrl: z.string(),
  interaction: DeferrableInteraction,
})
export type Note = z.infer<typeof Note>

const noteKey = ({ DISCORD_SECRET: secret }: Pick<DiscordEnv, 'DISCORD_SECRET'>) =>
  keyFor({ secret, owner: 'coinop-discord', purpose: 'deferral' })

/** Throws when another secret, or another version of this Worker, wrote it. */
export const openNote = (env: Pick<DiscordEnv, 'DISCORD_SECRET'>, sealed: string): Note =>
  Note.parse(JSON.parse(openText(noteKey(env), sealed)))

const sealNote = (env: DiscordEnv, note: Note): string =>
  sealText(noteKey(env), JSON.stringify(note))

/** The scene of the note, once more. */
export const sceneOfNote = (
  env: DiscordEnv,
  { caller, applicationId, ownServer, botUrl }: Note,
  waitUntil: Scene['waitUntil'],
): Scene =>
  sceneFor(env, { caller, applicationId, ownServer, botUrl, isCarriedOn: true, waitUntil })

type Named = Pick<DeferrableInteraction, 'id'>

/** One object for each interaction: its copies share it, and nobody else's can hold it up. */
const objectOf = ({ env, applicationId }: Scene, { id }: Named) =>
  env.DEFERRALS.getByName(`${applicationId}:${id}`)

/** Whether the note stands. Never rejects: without one the reply depends on this isolate alone. */
export function noteDown(scene: Scene, interaction: DeferrableInteraction): Promise<boolean> {
  const { env, caller, applicationId, ownServer, discord } = scene
  const { botUrl } = discord
  const note = { at: now(), caller, applicationId, ownServer, botUrl, interaction }
  return persistently(scene, 'deferrals.begin', () =>
    objectOf(scene, interaction).begin(sealNote(env, note)),
  )
}

/** After the note is written, however long that takes: the other way round it would stay. */
export async function forget(
  scene: Scene,
  interaction: Named,
  noted: Promise<boolean>,
): Promise<void> {
  await noted
  await persistently(scene, 'deferrals.end', () => objectOf(scene, interaction).end())
}

const triesMax = 3
const pauseMilliseconds = 200

/** A new stub for each try: one that threw stays broken. */
async function persistently(
  { caller }: Scene,
  operation: string,
  ask: () => Promise<void>,
): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    try {
      await ask()
      return true
    } catch (error) {
      logError('discord', operation, error, caller.requestId)
      if (tried === triesMax) return false
    }
    await new Promise((done) => setTimeout(done, pauseMilliseconds * tried))
  }
}
