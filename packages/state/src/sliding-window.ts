/**
 * A window is counted in this many buckets. A bucket counts until all of it has left the window, so that the count is
 * never too low; what is spent comes back late by at most one bucket, which is less than a hundredth of the window.
 */
const bucketsOfWindow = 128;

/**
 * What a bucket holds that came to more than can be counted exactly (2^53 - 1). It stays so until it has left the
 * window, whatever is given back.
 */
export const tooMuch = 2 ** 53;

/** How long one bucket of a window takes, in milliseconds. */
export function bucketWidth(windowMs: number): number {
  return Math.ceil(windowMs / bucketsOfWindow);
}

/** The bucket of a moment, and the moment from which it counts no more. */
export function bucketAt(
  now: number,
  windowMs: number,
): { readonly bucket: number; readonly leavesAt: number } {
  const width = bucketWidth(windowMs);
  const bucket = Math.floor(now / width);
  return { bucket, leavesAt: (bucket + 1) * width + windowMs };
}

/** The first bucket that counts at a moment. */
export function firstBucket(now: number, windowMs: number): number {
  return Math.floor((now - windowMs) / bucketWidth(windowMs));
}

/** Adds to what a bucket, or some buckets, came to. */
export function addExactly(amount: number, more: number): number {
  return amount >= tooMuch ? tooMuch : Math.min(tooMuch, amount + more);
}
