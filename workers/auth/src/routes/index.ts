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
import { tenantsCreate } from './tenants.create.ts'
import { tenantsMe } from './tenants.me.ts'
import { membersLogin } from './members.login.ts'
import { membersList } from './members.list.ts'
import { membersInvite } from './members.invite.ts'
import { membersAccept } from './members.accept.ts'
import { membersUpdate } from './members.update.ts'
import { membersDelete } from './members.delete.ts'
import { projectsCreate } from './projects.create.ts'
import { projectsList } from './projects.list.ts'
import { projectsGet } from './projects.get.ts'
import { projectsUpdate } from './projects.update.ts'
import { discordApplicationsCreate } from './discord-applications.create.ts'
import { discordApplicationsList } from './discord-applications.list.ts'
import { discordApplicationsDelete } from './discord-applications.delete.ts'
import { keysCreate } from './keys.create.ts'
import { keysList } from './keys.list.ts'
import { keysRotate } from './keys.rotate.ts'
import { keysDelete } from './keys.delete.ts'
import { auditList } from './audit.list.ts'
import { auditVerify } from './audit.verify.ts'
import { identitiesList } from './identities.list.ts'
import { identitiesDelete } from './identities.delete.ts'
import { identitiesLinkDevice } from './identities.link-device.ts'
import { identitiesLinkPassword } from './identities.link-password.ts'
import { discordServersDelete } from './discord-servers.delete.ts'
import { discordServersList } from './discord-servers.list.ts'
import { discordServersSet } from './discord-servers.set.ts'
import { identitiesStartDiscord } from './identities.start-discord.ts'
import { identitiesLinkDiscord } from './identities.link-discord.ts'
import { sessionsStartDiscord } from './sessions.start-discord.ts'
import { sessionsLoginDiscord } from './sessions.login-discord.ts'
import { membersStartDiscord } from './members.start-discord.ts'
import { membersLoginDiscord } from './members.login-discord.ts'
import { memberIdentitiesStartDiscord } from './member-identities.start-discord.ts'
import { memberIdentitiesLinkDiscord } from './member-identities.link-discord.ts'
import { memberIdentitiesList } from './member-identities.list.ts'
import { memberIdentitiesDelete } from './member-identities.delete.ts'

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
  tenantsCreate,
  tenantsMe,
  membersLogin,
  membersList,
  membersInvite,
  membersAccept,
  membersUpdate,
  membersDelete,
  projectsCreate,
  projectsList,
  projectsGet,
  projectsUpdate,
  discordApplicationsCreate,
  discordApplicationsList,
  discordApplicationsDelete,
  discordServersSet,
  discordServersList,
  discordServersDelete,
  keysCreate,
  keysList,
  keysRotate,
  keysDelete,
  auditList,
  auditVerify,
  identitiesList,
  identitiesDelete,
  identitiesLinkDevice,
  identitiesLinkPassword,
  identitiesStartDiscord,
  identitiesLinkDiscord,
  sessionsStartDiscord,
  sessionsLoginDiscord,
  membersStartDiscord,
  membersLoginDiscord,
  memberIdentitiesStartDiscord,
  memberIdentitiesLinkDiscord,
  memberIdentitiesList,
  memberIdentitiesDelete,
] as const
