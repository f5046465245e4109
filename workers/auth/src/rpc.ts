/** Named entrypoints, one per privilege: the gateway looks credentials up, the wallet asks who exists, discord adds players. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { findKey, type FoundKey } from './api-keys.ts'
import {
  type DiscordApplication,
  type DiscordPlayer,
  type DiscordUser,
  findApplication,
  findOrCreatePlayer,
} from './discord.ts'
import type { Jwks } from './model.ts'
import { findPlan } from './plans.ts'
import { currentSigner, publishedKeys } from './signing-keys.ts'
import { sendEvents } from './sweep.ts'
import { userExists } from './users.ts'

export class AuthLookups extends WorkerEntrypoint<AuthEnv> {
  /** What an API key may do; undefined when it is unknown, wrong, expired or revoked. */
  async findKey(key: string): Promise<FoundKey | undefined> {
    return inFoundProject('keys.find', () => findKey(this.env, key))
  }

  /** The plan of a project, for callers whose credential does not say it; undefined when there is no such project. */
  async findPlan(projectId: string): Promise<string | undefined> {
    return rpcOperation('auth', 'plans.find', systemCaller(projectId), () =>
      findPlan(this.env, projectId),
    )
  }

  /** The public keys that access tokens are verified with. Never empty: who fetched too early would wait for a minute. */
  async jwks(): Promise<Jwks> {
    return rpcOperation('auth', 'jwks.get', systemCaller(''), async () => {
      await currentSigner(this.env)
      return publishedKeys(this.env)
    })
  }
}

export class AuthPlayers extends WorkerEntrypoint<AuthEnv> {
  /** Whether the caller's project has this user. Users are never removed: a yes stays true. */
  async exists(caller: Caller, userId: string): Promise<boolean> {
    return rpcOperation('auth', 'players.exists', caller, () =>
      userExists(drizzle(this.env.AUTH_DB), caller.projectId, userId),
    )
  }
}

export class AuthDiscordApplications extends WorkerEntrypoint<AuthEnv> {
  /** The project and the public key of a Discord application; undefined when it is unknown. */
  async find(applicationId: string): Promise<DiscordApplication | undefined> {
    return inFoundProject('discord-applications.find', () =>
      findApplication(this.env.AUTH_DB, applicationId),
    )
  }
}

export class AuthDiscordPlayers extends WorkerEntrypoint<AuthEnv> {
  /** The user that a Discord user is in the caller's project, made at the first call. */
  async findOrCreate(caller: Caller, discordUser: DiscordUser): Promise<DiscordPlayer> {
    return rpcOperation('auth', 'discord-players.find-or-create', caller, async () => {
      const player = await findOrCreatePlayer(this.env.AUTH_DB, caller, discordUser)
      if (player.created) this.ctx.waitUntil(sendEvents(this.env))
      return player
    })
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
