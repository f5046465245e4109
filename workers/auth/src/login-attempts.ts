/**
 * How often somebody may guess a password: exact counters per account and per address. An attempt is counted before
 * anything is hashed, as if it had failed, and forgiven when it succeeds: so parallel ones cannot slip through together.
 */
import { addressGroup } from '@coinop/shared/address-group'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { Problem } from '@coinop/shared/problem'
import { and, eq, gt, lt, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { loginAttempts } from './schema.ts'
import { keyedHash } from './secrets.ts'

type Environment = Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>
type Subject = { kind: 'account' | 'address'; subject: string }

/** The last free failure already starts the first wait. A school or a mobile network is one address: it gets more. */
export const freeFailures = { account: 5, address: 50 }
/** The first wait; each further failure doubles it. */
const firstWaitMilliseconds = 1_000
export const waitMillisecondsMax = 900_000
/** Doubling ten times is beyond the longest wait. */
const doublingsMax = 10
/** After this long without a failure the count begins anew. */
export const forgottenMilliseconds = { account: 86_400_000, address: 3_600_000 }

/** An account is its e-mail address, whether there is such a user or not: both are limited alike. */
function subjectsOf(env: Environment, caller: Caller, email: string): Subject[] {
  const account = { kind: 'account', subject: hashOf(env, email) } as const
  return [account, ...addressOf(env, caller)]
}

const addressOf = (env: Environment, { address }: Caller): Subject[] =>
  address === undefined ? [] : [{ kind: 'address', subject: hashOf(env, addressGroup(address)) }]

const hashOf = ({ AUTH_SECRET }: Environment, text: string) =>
  keyedHash(AUTH_SECRET, 'login-attempts', text)

/** Counts one attempt, in one statement for both counters; throws `too_many_attempts`, counting nothing, when it must wait. */
export const countAttempt = (env: Environment, caller: Caller, email: string): Promise<void> =>
  count(env, caller.projectId, subjectsOf(env, caller, email))

/**
 * Runs what strangers may try at will: a sign-up, whose refusal tells that an address is taken, or a code for Discord. What
 * does not succeed counts against the network address it came from, as a wrong password does. A secret key is the project's
 * own server, and asks for many players at once.
 */
export async function countedByAddress<T>(
  env: Environment,
  caller: Caller,
  perform: () => Promise<T>,
): Promise<T> {
  const subjects = caller.kind === 'secret' ? [] : addressOf(env, caller)
  const [address] = subjects
  if (!address) return perform()
  await count(env, caller.projectId, subjects)
  const result = await perform()
  await forgiveAddress(env, caller.projectId, address)
  return result
}

async function count(env: Environment, projectId: string, subjects: Subject[]): Promise<void> {
  const db = drizzle(env.AUTH_DB)
  const at = now()
  const these = isOneOf(projectId, subjects)
  const blocked = db
    .select({ until: sql<number>`MAX(${loginAttempts.blockedUntil})` })
    .from(loginAttempts)
    .where(and(these, gt(loginAttempts.blockedUntil, at)))
  const rows = subjects.map(
    ({ kind, subject }) => sql`SELECT ${projectId}, ${kind}, ${subject}, 1, 0, ${at}`,
  )
  const counted = await db
    .insert(loginAttempts)
    .select(sql`SELECT * FROM (${sql.join(rows, sql` UNION ALL `)}) WHERE (${blocked}) IS NULL`)
    .onConflictDoUpdate({
      target: [loginAttempts.projectId, loginAttempts.kind, loginAttempts.subject],
      set: { failures: failuresAt(at), blockedUntil: blockedUntilAt(at), updatedAt: at },
    })
    .returning({ kind: loginAttempts.kind })
  if (counted.length > 0) return
  const [row] = await blocked
  const seconds = Math.max(1, Math.ceil(((row?.until ?? at) - at) / 1_000))
  throw new Problem('too_many_attempts', { headers: { 'retry-after': String(seconds) } })
}

/** After a success: the account's failures are forgotten, the address keeps those of its other attempts. */
export async function forgiveAttempt(
  env: Environment,
  caller: Caller,
  email: string,
): Promise<void> {
  const { projectId } = caller
  const db = drizzle(env.AUTH_DB)
  const [account, address] = subjectsOf(env, caller, email)
  const forget = db.delete(loginAttempts).where(isOneOf(projectId, [account!]))
  if (!address) {
    await forget
    return
  }
  await db.batch([forget, forgiveAddress(env, projectId, address)])
}

function forgiveAddress(env: Environment, projectId: string, address: Subject) {
  const { failures, blockedUntil } = loginAttempts
  return drizzle(env.AUTH_DB)
    .update(loginAttempts)
    .set({
      failures: sql`${failures} - 1`,
      blockedUntil: sql`CASE WHEN ${failures} <= ${freeFailures.address} THEN 0 ELSE ${blockedUntil} END`,
    })
    .where(and(isOneOf(projectId, [address]), gt(failures, 0)))
}

/** The statement that forgets an account's counter, for when its owner is erased. */
export const forgetAccount = (env: Environment, caller: Caller, email: string) =>
  drizzle(env.AUTH_DB)
    .delete(loginAttempts)
    .where(isOneOf(caller.projectId, subjectsOf(env, caller, email).slice(0, 1)))

/** The statement that removes counters that say nothing any more. */
export const forgetOldAttempts = (env: Environment, at: number) =>
  drizzle(env.AUTH_DB)
    .delete(loginAttempts)
    .where(lt(loginAttempts.updatedAt, at - forgottenMilliseconds.account))

const isOneOf = (projectId: string, subjects: Subject[]) =>
  or(
    ...subjects.map(({ kind, subject }) =>
      and(
        eq(loginAttempts.projectId, projectId),
        eq(loginAttempts.kind, kind),
        eq(loginAttempts.subject, subject),
      ),
    ),
  )

const byKind = ({ account, address }: Record<Subject['kind'], number>) =>
  sql`CASE ${loginAttempts.kind} WHEN 'account' THEN ${account} ELSE ${address} END`

/** The count with this attempt. */
const failuresAt = (at: number) => sql<number>`CASE
  WHEN ${loginAttempts.updatedAt} < ${at} - (${byKind(forgottenMilliseconds)}) THEN 1
  ELSE ${loginAttempts.failures} + 1 END`

const blockedUntilAt = (at: number) => {
  const beyond = sql`(${failuresAt(at)}) - (${byKind(freeFailures)})`
  const wait = sql`${firstWaitMilliseconds} << MIN(${beyond}, ${doublingsMax})`
  return sql<number>`CASE WHEN ${beyond} >= 0
    THEN ${at} + MIN(${waitMillisecondsMax}, ${wait}) ELSE 0 END`
}
