// How much memory a guest's word may allocate.

/** What one call may ask for, in bytes. Fewer are legal for every call that moves bytes. */
export const MAX_LENGTH = 1 << 20;

/**
 * A length that a guest gave, before anything is allocated for it: a whole number 0..`limit`. What is no
 * length, as -1 or NaN, is 0.
 */
export function clampLength(length: number, limit = MAX_LENGTH): number {
  return length > 0 ? Math.min(Math.floor(length), limit) : 0;
}
