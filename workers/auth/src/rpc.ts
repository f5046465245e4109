/** Named entrypoints, one per privilege: the gateway looks credentials up, the wallet asks who exists, discord adds players. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { AuditNote } from '@coinop/shared/audit'
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { findKey, type FoundKey, noteUse } from './api-keys.ts'
import { appendNotes, appendRefusal, type Refusal } from './audit-notes.ts'
import {
  type DiscordApplication,
  botsOf,
  type DiscordPlayer,
  type DiscordServerProject,
  type DiscordUser,
  findApplication,
  findOrCreatePlayer,
  findServerProject,
  type NamedPlayer,
  namesOf,
} from './discord.ts'
import { keyGeneration, type KeyReference } from './key-generations.ts'
import { type FoundMember, lookUpMember, type MemberLookup } from './members.ts'
import type { Jwks } from './model.ts'
import { sessionIsOpen } from './own-sessions.ts'
import { findPlan } from './plans.ts'
import { isListed, originsOf } from './origins.ts'
import { currentSigner, publishedKeys } from './signing-keys.ts'
import { sendEvents } from './sweep.ts'
import {
  existingHolders,
  existingUsers,
  type Holder,
  namesOfUsers,
  userExists,
  userIdsAfter,
  type UserName,
} from './users.ts'

export class AuthLookups extends CountedEntrypoint<AuthEnv> {
  /**
   * What an API key may do; undefined when it is unknown, wrong, expired or revoked. To whoever has found it before and names
   * it, with its generation: read before the row, so that a change in between leaves an older one than there is.
   */
  async findKey(
    key: string,
    known?: KeyReference,
  ): Promise<(FoundKey & { generation?: number }) | undefined> {
    return inFoundProject('keys.find', async () => {
      const generation = known && (await keyGeneration(this.env, known))
      const used = await findKey(this.env, key)
      if (!used) return undefined
      this.ctx.waitUntil(this.noteUse(used))
      const { lastUsedAt: _, ...found } = used
      return { ...found, ...(known?.keyId === found.keyId && { generation: generation! }) }
    })
  }

  /** Differs from what `findKey` said once the key has changed. Without a line in the log: every movement of money asks it. */
  async keyGeneration(known: KeyReference): Promise<number> {
    return keyGeneration(this.env, known)
  }

  /** A note that could not be written is written at the next use. */
  private async noteUse(used: Parameters<typeof noteUse>[1]): Promise<void> {
    try {
      await noteUse(this.env.AUTH_DB, used)
    } catch (error) {
      logError('auth', 'keys.note-use', error)
    }
  }

  /** What the member behind a verified token may do now, and in which project. */
  async findMember(lookup: MemberLookup): Promise<FoundMember | 'unknown' | 'no_project'> {
    return rpcOperation('auth', 'members.find', systemCaller(''), () =>
      lookUpMember(this.env.AUTH_DB, lookup),
    )
  }

  /** The plan of a project, for callers whose credential does not say it; undefined when there is no such project. */
  async findPlan(projectId: string): Promise<string | undefined> {
    return rpcOperation('auth', 'plans.find', systemCaller(projectId), () =>
      findPlan(this.env, projectId),
    )
  }

  /** The origins that a project lists: whose pages may read its answers. */
  async originsOf(projectId: string): Promise<string[]> {
    return rpcOperation('auth', 'origins.find', systemCaller(projectId), () =>
      originsOf(this.env.AUTH_DB, projectId),
    )
  }

  /** Whether any project lists this origin, for a preflight, which tells no project. */
  async isListedOrigin(origin: string): Promise<boolean> {
    return rpcOperation('auth', 'origins.is-listed', systemCaller(''), () =>
      isListed(this.env.AUTH_DB, origin),
    )
  }

  /** The public keys that access tokens are verified with. Never empty: who fetched too early would wait for a minute. */
  async jwks(): Promise<Jwks> {
    return rpcOperation('auth', 'jwks.get', systemCaller(''), async () => {
      await currentSigner(this.env)
      return publishedKeys(this.env)
    })
  }

  /** Whether access tokens of this session are still good. */
  async sessionIsOpen(projectId: string, sessionId: string): Promise<boolean> {
    return rpcOperation('auth', 'sessions.is-open', systemCaller(projectId), () =>
      sessionIsOpen(this.env.AUTH_DB, projectId, sessionId),
    )
  }
}

export class AuthPlayers extends CountedEntrypoint<AuthEnv> {
  /** Whether the caller's project has this user. Users are never removed: a yes stays true. */
  async exists(caller: Caller, userId: string): Promise<boolean> {
    return rpcOperation('auth', 'players.exists', caller, () =>
      userExists(drizzle(this.env.AUTH_DB), caller.projectId, userId),
    )
  }

  /** Those of `userIds` (100 at most) who are users of the caller's project. */
  async existing(caller: Caller, userIds: string[]): Promise<string[]> {
    return rpcOperation('auth', 'players.existing', caller, () =>
      existingUsers(drizzle(this.env.AUTH_DB), caller.projectId, userIds),
    )
  }

  /** Those of `holders` (100 at most) who are users, each of the project that it names. */
  async existingHolders(holders: Holder[]): Promise<Holder[]> {
    return rpcOperation('auth', 'players.existing-holders', systemCaller(''), () =>
      existingHolders(drizzle(this.env.AUTH_DB), holders),
    )
  }

  /** The ids of the users of the caller's project behind `after`, at most `limit` of them: ids sort by time. */
  async list(caller: Caller, after: string, limit: number): Promise<string[]> {
    return rpcOperation('auth', 'players.list', caller, () =>
      userIdsAfter(drizzle(this.env.AUTH_DB), caller.projectId, { after, limit }),
    )
  }
}

export class AuthPlayerNames extends CountedEntrypoint<AuthEnv> {
  /** How users (100 at most) of the caller's project want to be called; null who never said so, or was erased. */
  async names(caller: Caller, userIds: string[]): Promise<UserName[]> {
    return rpcOperation('auth', 'players.names', caller, () =>
      namesOfUsers(drizzle(this.env.AUTH_DB), caller.projectId, userIds),
    )
  }
}

export class AuthDiscordApplications extends CountedEntrypoint<AuthEnv> {
  /** The project and the public key of a Discord application; undefined when it is unknown. */
  async find(applicationId: string): Promise<DiscordApplication | undefined> {
    return inFoundProject('discord-applications.find', () =>
      findApplication(this.env.AUTH_DB, applicationId),
    )
  }

  /** The project that a server has for itself; undefined when it shares the application's. */
  async findServer(
    applicationId: string,
    serverId: string,
  ): Promise<DiscordServerProject | undefined> {
    return inFoundProject('discord-servers.find', () =>
      findServerProject(this.env.AUTH_DB, applicationId, serverId),
    )
  }
}

export class AuthDiscordBots extends CountedEntrypoint<AuthEnv> {
  /** The applications of the caller's project with their tokens at Discord: to give and take roles with. */
  async list(caller: Caller): Promise<{ applicationId: string; botToken: string }[]> {
    return rpcOperation('auth', 'discord-bots.list', caller, () =>
      botsOf(this.env, caller.projectId),
    )
  }
}

export class AuthDiscordPlayers extends CountedEntrypoint<AuthEnv> {
  /** The user that a Discord user is in the caller's project, made at the first call. */
  async findOrCreate(caller: Caller, discordUser: DiscordUser): Promise<DiscordPlayer> {
    return rpcOperation('auth', 'discord-players.find-or-create', caller, async () => {
      const player = await findOrCreatePlayer(this.env.AUTH_DB, caller, discordUser)
      if (player.created) this.ctx.waitUntil(sendEvents(this.env))
      return player
    })
  }

  /** How users (100 at most) of the caller's project are called, here and at Discord. */
  async names(caller: Caller, userIds: string[]): Promise<NamedPlayer[]> {
    return rpcOperation('auth', 'discord-players.names', caller, () =>
      namesOf(this.env.AUTH_DB, caller.projectId, userIds),
    )
  }
}

export class AuthAudit extends CountedEntrypoint<AuthEnv> {
  /** Changes of a project, at most 50, into the audit log of its tenant. Sending them again changes nothing. */
  async append(projectId: string, notes: AuditNote[]): ReturnType<typeof appendNotes> {
    return rpcOperation('auth', 'audit.append', systemCaller(projectId), () =>
      appendNotes(this.env, projectId, notes),
    )
  }
}

export class AuthRefusals extends CountedEntrypoint<AuthEnv> {
  /** What a member was refused, once a minute. */
  async append(caller: Caller, refusal: Refusal): ReturnType<typeof appendRefusal> {
    return rpcOperation('auth', 'audit.refuse', caller, () =>
      appendRefusal(this.env, caller, refusal),
    )
  }
}

/** For a question that has no caller yet: its log line names the project that the answer is about. */
function inFoundProject<T extends { projectId: string }>(
  operation: string,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const caller = systemCaller('')
  return rpcOperation('auth', operation, caller, async () => {
    const found = await find()
    caller.projectId = found?.projectId ?? ''
    return found
  })
}
