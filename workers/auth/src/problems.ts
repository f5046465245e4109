/** Everything that can go wrong with accounts and sessions, as the client sees it. */
import { defineProblems } from '@coinop/shared/problem'

export const { catalogue, problem, problems } = defineProblems({
  email_taken: {
    status: 409,
    title: 'The project has a user with this e-mail address.',
    fix: 'Log in with POST /v1/login, or sign up with another address.',
  },
  invalid_credentials: {
    status: 401,
    title: 'There is no active user with this e-mail address and password.',
    fix: 'Check both; the answer does not tell which one is wrong.',
  },
  invalid_refresh_token: {
    status: 401,
    title: 'The refresh token is unknown, expired, used before, or its session has ended.',
    fix: 'Log in again. Keep only the newest refresh token and use each one once.',
  },
  too_many_attempts: {
    status: 429,
    title: 'There were too many failed attempts for this account or from this network.',
    fix: 'Retry after the seconds in Retry-After; the wait doubles with each failure, up to 15 minutes.',
  },
  common_password: {
    status: 400,
    title: 'The password is one that everybody tries first.',
    fix: 'Choose another one; a few words that do not belong together are good.',
  },
  wrong_password: {
    status: 403,
    title: 'The current password is not right.',
    fix: 'Send the password that the account has now.',
  },
  no_password: {
    status: 409,
    title: 'The account has no password.',
    fix: 'Log in the way the account was made.',
  },
  session_not_fresh: {
    status: 403,
    title: 'This needs a session that is at most five minutes old.',
    fix: 'Log in again and repeat the request with the new access token.',
  },
  last_identity: {
    status: 409,
    title: 'This is the only way in which the account can log in.',
    fix: 'Link another identity first, or erase the account with DELETE /v1/me.',
  },
  identity_taken: {
    status: 409,
    title: 'This identity is linked already, and not to this account.',
    fix: 'Log in with it, and unlink it there or erase that account; or link another one.',
  },
  password_exists: {
    status: 409,
    title: 'The account has a password already.',
    fix: 'Change it with POST /v1/me/password.',
  },
  redirect_uri_not_listed: {
    status: 400,
    title: 'Discord may not send anybody back to this redirectUri.',
    fix: "Use one that is listed character for character: for players in the project's redirectUris (PATCH /v1/projects/{projectId}), for members in the configuration of the server.",
  },
  discord_not_configured: {
    status: 409,
    title: 'There is no Discord application to sign in with.',
    fix: 'For players connect one with its clientSecret to the project; for members the operator of this server sets one up (docs/guides/sign-in-with-discord.md).',
  },
  invalid_discord_flow: {
    status: 403,
    title:
      'The flow is unknown, expired, completed before, or was started by another client, session or project.',
    fix: 'Start again, and complete with the state and the flowToken of the same start.',
  },
  discord_refused: {
    status: 403,
    title: 'Discord does not accept the code.',
    fix: 'Start again: a code is good for one flow and once, for a short time.',
  },
  discord_client_refused: {
    status: 409,
    title: 'Discord does not accept the id and the secret of the application.',
    fix: 'Connect the Discord application again with its present clientSecret.',
  },
  discord_unavailable: {
    status: 503,
    title: 'Discord does not answer, or not as it should.',
    fix: 'Retry after the seconds in Retry-After; when the code has been used by then, start again.',
  },
  discord_not_linked: {
    status: 403,
    title: 'No member has linked this Discord account.',
    fix: 'Log in with POST /v1/members/login, and link it with POST /v1/members/me/identities/discord/start.',
  },
  member_exists: {
    status: 409,
    title: 'The tenant has a member with this e-mail address.',
    fix: "Change the member's role with PATCH /v1/members/{memberId}.",
  },
  member_email_taken: {
    status: 409,
    title: 'Somebody administers a tenant with this e-mail address already.',
    fix: 'Log in with POST /v1/members/login, or use another address.',
  },
  invalid_invitation: {
    status: 401,
    title: 'The invitation is unknown, used or expired.',
    fix: 'Ask whoever invited you for a new one.',
  },
  last_owner: {
    status: 409,
    title: 'The tenant would be left without an owner.',
    fix: 'Make another member an owner first.',
  },
  limit_reached: {
    status: 409,
    title: 'There are as many of these as there may be.',
    fix: 'Remove one that is no longer needed.',
  },
  application_taken: {
    status: 409,
    title: 'This Discord application belongs to a project already.',
    fix: 'Check the application id, or remove it from the other project first.',
  },
  key_ended: {
    status: 409,
    title: 'The key is revoked or expired.',
    fix: 'Make a new one with POST /v1/keys.',
  },
})
