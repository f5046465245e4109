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
})
