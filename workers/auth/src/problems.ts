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
