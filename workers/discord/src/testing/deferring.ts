/** For tests: services that are late, lost or broken around an interaction, and what is left of it when its isolate is gone. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { expect } from 'vitest'
import { answer } from '../answer.ts'
import type { DeferralObject } from '../deferral-object.ts'
import { sceneOf } from '../scene.ts'
import { balance, daily, newPerson, use } from './discord.ts'
import { checkLimits } from './discord-limits.ts'
import { heardAbout, newToken } from './heard.ts'
import { type Application, openArcade } from './world.ts'

type Method = (...input: unknown[]) => Promise<unknown>
export const around = <T extends object>(
  service: T,
  call: (method: Method, name: string) => Method,
): T =>
  new Proxy(service, {
    get: (_, name) =>
      call(
        async (...input) => (service as Record<string | symbol, Method>)[name]!(...input),
        String(name),
      ),
  })

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))
const ended = () => {
  throw new Error('This isolate has ended.')
}
const never = () => new Promise<never>(() => undefined)

/** The real service, `milliseconds` late. */
export const late = <T extends object>(service: T, milliseconds: number): T =>
  around(service, (method) => async (...input) => {
    await pause(milliseconds)
    return method(...input)
  })

/** Fails, late enough to have been waited for. */
export const broken = <T extends object>(service: T, milliseconds = 1_200): T =>
  around(service, () => async () => {
    await pause(milliseconds)
    throw new Error('gone')
  })

/** As the isolate sees it that ends before it has asked. */
export const neverAsked = <T extends object>(service: T): T => around(service, () => never)

/** As the isolate sees it that ends before it hears the answer: it was done. */
export const neverHeard = <T extends object>(service: T): T =>
  around(service, (method) => async (...input) => {
    await method(...input)
    return never()
  })

/** The objects of the notes, each of whose calls is as `change` makes it. */
export const objectsBut = (change: <T extends object>(stub: T) => T): DiscordEnv['DEFERRALS'] =>
  ({
    getByName: (name: string) => change(env.DEFERRALS.getByName(name)),
  }) as unknown as DiscordEnv['DEFERRALS']

/** Answers an interaction with services as `change` makes them; `finish` waits for what comes after. */
export async function deliver(
  application: Application,
  sent: object,
  change: Partial<DiscordEnv> = {},
  ownServer?: string,
) {
  const pending: Promise<unknown>[] = []
  const { applicationId, projectId } = application
  const scene = sceneOf(
    { ...env, ...change },
    systemCaller(projectId),
    { application: { applicationId, projectId, plan: 'free' }, ownServer, payload: sent },
    { origin: 'https://coinop.example', waitUntil: (work) => pending.push(work) },
  )
  const startedAt = now()
  const { reply } = await answer(scene, sent)
  checkLimits(reply)
  const milliseconds = now() - startedAt
  /** Whatever still goes on in this isolate reaches nobody. */
  const die = () => {
    Object.defineProperty(scene, 'discord', { get: ended })
    for (const work of pending) work.catch(() => undefined)
  }
  return { reply, milliseconds, finish: () => Promise.all(pending), die }
}

/** An arcade in which Ada has 1,000.00 COIN, and a token that only this test has. */
export async function scenery(words?: string) {
  const arcade = await openArcade()
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const token = newToken(words)
  const has = async () => (await use(arcade, balance(ada))).text
  return { arcade, ada, token, has }
}

/** Of a message that has one. */
export const firstButton = (reply: object) =>
  (reply as { data: { components: { components: { custom_id: string }[] }[] } }).data.components[0]!
    .components[0]!

/** A fresh stub each time: one that was aborted stays broken. */
export const noteObject = ({ applicationId }: Application, sent: { id: string }) =>
  env.DEFERRALS.getByName(`${applicationId}:${sent.id}`)

/** What the object of an interaction has stored, and when it wakes. */
export const noted = (application: Application, sent: { id: string }) =>
  runInDurableObject(noteObject(application, sent), async (_: DeferralObject, { storage }) => ({
    texts: [...storage.kv.list<string>()].map(([, text]) => text),
    wakesAt: await storage.getAlarm(),
  }))
export const nothing = { texts: [], wakesAt: null }

/** Deferred, and then nobody of the isolate is heard of again. The objects end with it. */
export async function killed(
  application: Application,
  sent: { id: string; token: string },
  change: Partial<DiscordEnv>,
) {
  const { reply, die } = await deliver(application, sent, change)
  die()
  expect([5, 6]).toContain(reply.type)
  const { texts, wakesAt } = await noted(application, sent)
  expect(texts).toHaveLength(1)
  expect(texts.join()).not.toContain(sent.token)
  expect(wakesAt! - now()).toBeLessThanOrEqual(35_000)
  await abortAllDurableObjects()
}

/** Runs its alarm now, if it has one. */
export const wake = (application: Application, sent: { id: string }) =>
  runDurableObjectAlarm(noteObject(application, sent))

/** The object's services from now on, until it is evicted. */
export const changeServices = (
  application: Application,
  sent: { id: string },
  change: Partial<DiscordEnv>,
) =>
  runInDurableObject(noteObject(application, sent), (object: DeferralObject) => {
    ;(object as unknown as { env: DiscordEnv }).env = { ...env, ...change }
  })

/** What Discord was told, without what it was asked. */
export const told = async (about: string) =>
  (await heardAbout(about)).filter(({ method }) => method !== 'GET')
