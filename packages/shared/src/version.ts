/** The version of the system, as `/healthz` and the contracts show it. `npm run check` holds it against package.json. */
export const version = '0.1.0'
