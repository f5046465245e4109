/** The one entrypoint. It sees passwords, knows nobody they belong to, and keeps nothing. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { rpcOperation } from '@coinop/shared/rpc'
import { isCommonPassword } from './popular-passwords.ts'
import { hashPassword, readPeppers, type Verification, verifyPassword } from './scrypt.ts'

export class PasswordHashing extends CountedEntrypoint<PasswordEnv> {
  /** A PHC string to store. */
  async hash(caller: Caller, password: string): Promise<string> {
    return rpcOperation('password', 'passwords.hash', caller, async () =>
      hashPassword(readPeppers(this.env.PASSWORD_PEPPER), password),
    )
  }

  /** Whether `password` is the one that `phc` was made of, and whether to store a new hash of it. */
  async verify(caller: Caller, password: string, phc: string): Promise<Verification> {
    return rpcOperation('password', 'passwords.verify', caller, async () =>
      verifyPassword(readPeppers(this.env.PASSWORD_PEPPER), password, phc),
    )
  }
  /** Whether it is on the list of passwords that everybody tries first. */
  async isCommon(caller: Caller, password: string): Promise<boolean> {
    return rpcOperation('password', 'passwords.is-common', caller, async () =>
      isCommonPassword(password),
    )
  }
}
