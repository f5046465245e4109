/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { jwksGet } from './jwks.get.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsLogout } from './sessions.logout.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { usersGet } from './users.get.ts'
import { usersList } from './users.list.ts'
import { usersMe } from './users.me.ts'
import { usersSignup } from './users.signup.ts'
import { passwordChange } from './password.change.ts'
import { sessionsDelete } from './sessions.delete.ts'
import { sessionsLoginDevice } from './sessions.login-device.ts'
import { sessionsList } from './sessions.list.ts'
import { sessionsLogoutEverywhere } from './sessions.logout-everywhere.ts'
import { usersDeactivate } from './users.deactivate.ts'
import { usersErase } from './users.erase.ts'
import { usersExport } from './users.export.ts'
import { usersReactivate } from './users.reactivate.ts'
import { usersUpdate } from './users.update.ts'

export const routes = [
  usersSignup,
  sessionsLogin,
  sessionsRefresh,
  sessionsLogout,
  usersMe,
  usersGet,
  usersList,
  jwksGet,
  usersUpdate,
  passwordChange,
  sessionsList,
  sessionsDelete,
  sessionsLogoutEverywhere,
  sessionsLoginDevice,
  usersExport,
  usersErase,
  usersDeactivate,
  usersReactivate,
] as const
