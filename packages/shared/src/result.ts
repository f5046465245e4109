/** An expected outcome as a value. Used wherever an exception would lose its type, above all across RPC. */
export type Result<T, E extends string> = { ok: true; value: T } | { ok: false; code: E }
export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const fail = <E extends string>(code: E): { ok: false; code: E } => ({ ok: false, code })
