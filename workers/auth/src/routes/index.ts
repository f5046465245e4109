/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { jwksGet } from './jwks.get.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsLogout } from './sessions.logout.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { usersGet } from './users.get.ts'
import { usersList } from './users.list.ts'
import { usersMe } from './users.me.ts'
import { usersSignup } from './users.signup.ts'

export const routes = [
  usersSignup,
  sessionsLogin,
  sessionsRefresh,
  sessionsLogout,
  usersMe,
  usersGet,
  usersList,
  jwksGet,
] as const
