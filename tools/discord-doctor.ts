/** Says what is wrong between Discord and a deployed Coinop: `npm run discord:doctor [-- --guild ID] [--set-endpoint]`. */
import { parseArgs } from 'node:util'
import {
  type DiscordConnection,
  getApplication,
  getCommandNames,
  setEndpoint,
} from '../workers/discord/src/discord-rest.ts'
import { botUrlOf, definitions } from './discord-register.ts'

export type Examination = {
  token: string | undefined
  applicationId: string | undefined
  /** Where Coinop answers, `https://…`. */
  coinopUrl: string | undefined
  guildId?: string | undefined
  apiUrl?: string | undefined
  /** Tells Discord the endpoint, whereupon Discord tries it with a good and a bad signature. */
  setsEndpoint?: boolean
}
/** `isFine` undefined: not looked at, because something before it is wrong, or was not asked for. */
export type Finding = { what: string; isFine: boolean | undefined; detail: string }

const snowflake = /^\d{17,20}$/
const timeoutMilliseconds = 10_000

/** Looks at the token, the application, the endpoint, the key and the commands; each finding says what to do. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { token, applicationId, coinopUrl, apiUrl } = examination
  const missing = [
    ...(token ? [] : ['DISCORD_TOKEN: the token on the page Bot']),
    ...(snowflake.test(applicationId ?? '') ? [] : ['DISCORD_APPLICATION_ID: 17 to 20 digits']),
    ...(URL.canParse(coinopUrl ?? '') ? [] : ['COINOP_URL: where Coinop answers, https://…']),
  ]
  if (!token || !applicationId || !coinopUrl || missing.length > 0) {
    return [wrong('settings', `Set ${missing.join('; ')}.`)]
  }
  const connection = { token, apiUrl, botUrl: botUrlOf(applicationId) }
  const found = await getApplication(connection)
  if (!found.ok) return [tokenRefused(found)]
  const { application } = found
  if (application.id !== applicationId) {
    const detail = `The token is of application ${application.id}, and not of ${applicationId}.`
    return [wrong('application', detail)]
  }
  const endpoint = new URL(`/v1/discord/interactions/${applicationId}`, coinopUrl).href
  const answers = await checkEndpoint(endpoint)
  return [
    fine('token', `Discord knows it: ${application.name}.`),
    answers,
    await checkKey(connection, examination, { endpoint, answers, application }),
    await checkCommands(connection, { applicationId, guildId: examination.guildId }),
  ]
}

const fine = (what: string, detail: string): Finding => ({ what, isFine: true, detail })
const wrong = (what: string, detail: string): Finding => ({ what, isFine: false, detail })
const unknown = (what: string, detail: string): Finding => ({ what, isFine: undefined, detail })

function tokenRefused({ status, detail }: { status: number; detail: string }): Finding {
  if (status === 401) {
    return wrong('token', 'Discord refuses it. Make a new one on the page Bot: Reset Token.')
  }
  return wrong('token', status === 0 ? `Discord did not answer: ${detail}` : `${status}: ${detail}`)
}

/** Coinop must be there, and refuse what nobody signed. */
async function checkEndpoint(endpoint: string): Promise<Finding> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"type":1}',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    const text = await response.text()
    if (response.status === 401 && text.includes('invalid_signature')) {
      return fine('endpoint', `${endpoint} answers, and refuses what is not signed.`)
    }
    const said = `${endpoint} answered ${response.status} to an unsigned ping`
    return wrong('endpoint', `${said}, and not 401 invalid_signature. Is COINOP_URL Coinop's own?`)
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return wrong('endpoint', `${endpoint} does not answer: ${String(cause)}`)
  }
}

type Known = {
  endpoint: string
  answers: Finding
  application: { verify_key: string; interactions_endpoint_url?: string | null }
}

/** Only Discord can sign, so only Discord can say whether Coinop has the right key. */
async function checkKey(
  connection: DiscordConnection,
  { setsEndpoint = false }: Examination,
  { endpoint, answers, application }: Known,
): Promise<Finding> {
  if (!answers.isFine) return unknown('key', 'Not looked at: the endpoint does not answer.')
  const { interactions_endpoint_url: set, verify_key: key } = application
  if (!setsEndpoint) {
    if (set === endpoint) {
      const again = 'Discord accepted this endpoint when it was set; --set-endpoint tries it again.'
      return fine('key', again)
    }
    const now = set ? `Discord calls ${set}.` : 'Discord calls no endpoint.'
    return wrong('key', `${now} Run this again with -- --set-endpoint.`)
  }
  const tried = await setEndpoint(connection, endpoint)
  if (tried.ok) return fine('key', 'Discord tried the endpoint with its signature and accepted it.')
  return wrong(
    'key',
    `Discord tried the endpoint and did not accept it (${tried.status}: ${tried.detail}). Connect the application with the public key ${key} (docs/guides/tenants.md).`,
  )
}

async function checkCommands(
  connection: DiscordConnection,
  target: { applicationId: string; guildId: string | undefined },
): Promise<Finding> {
  const known = await getCommandNames(connection, target)
  if (!known.ok) return wrong('commands', `Discord answered ${known.status}: ${known.detail}`)
  const own = (await definitions()).map(({ name }) => name)
  const missing = own.filter((name) => !known.names.includes(name))
  const guild = target.guildId === undefined ? '' : ` -- --guild ${target.guildId}`
  if (missing.length > 0) {
    const names = missing.map((name) => `/${name}`).join(' ')
    return wrong('commands', `Discord lacks ${names}. Run npm run discord:register${guild}`)
  }
  return fine('commands', `Discord has all ${own.length}.`)
}

/** One line for each finding; the exit code is 1 when something is wrong. */
export function report(findings: Finding[]): { text: string; exitCode: 0 | 1 } {
  const mark = ({ isFine }: Finding) => (isFine === undefined ? '-' : isFine ? '✓' : '✗')
  const lines = findings.map((each) => `${mark(each)} ${each.what.padEnd(11)} ${each.detail}`)
  return {
    text: lines.join('\n'),
    exitCode: findings.some(({ isFine }) => isFine === false) ? 1 : 0,
  }
}

if (import.meta.main) {
  const options = { guild: { type: 'string' }, 'set-endpoint': { type: 'boolean' } } as const
  const { values } = parseArgs({ options })
  const findings = await examine({
    token: process.env['DISCORD_TOKEN'],
    applicationId: process.env['DISCORD_APPLICATION_ID'],
    coinopUrl: process.env['COINOP_URL'],
    apiUrl: process.env['DISCORD_API_URL'],
    guildId: values.guild,
    setsEndpoint: values['set-endpoint'] ?? false,
  })
  const { text, exitCode } = report(findings)
  console.log(text)
  process.exitCode = exitCode
}
