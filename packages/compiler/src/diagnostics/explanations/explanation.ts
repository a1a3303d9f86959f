/**
 * What a code means, at length. Examples are a whole policy without its imports, or what stands before a rule and the
 * rule's `when`; a line such as `// limits.data.json` begins a file.
 */
export interface Explanation {
  /** Why the compiler refuses it, and what to do. */
  readonly paragraph: string;
  readonly wrong?: string;
  readonly right?: string;
}
