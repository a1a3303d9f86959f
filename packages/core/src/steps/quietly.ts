/** Tells somebody something: whoever listens, and fails, changes nothing, and does not end the process either. */
export function quietly<TResult>(tell: () => TResult): TResult | undefined {
  try {
    const answer = tell();
    // one that fails later neither
    if (answer instanceof Promise) answer.catch(() => {});
    return answer;
  } catch {
    return undefined;
  }
}
