import type fc from "fast-check";
import { nat } from "./choices.ts";
import type { Helper } from "./helpers.ts";
import { productions } from "./productions.ts";
import { booleanType, isSame, numberType, stringType, type Type } from "./types.ts";

/** Something that can be read: a path from a name in scope. */
export interface Reference {
  readonly text: string;
  readonly type: Type;
  readonly optional: boolean;
  readonly nullable: boolean;
  /** Whether only the host can fill it: TypeScript has it always there. */
  readonly host: boolean;
  /** What TypeScript narrows when this is compared: the path up to where it may be absent. */
  readonly narrows: string;
  /** Whether it is there only because the program has asked. */
  readonly known?: boolean;
  /** Whether what is known of it is forgotten inside of a function in place: of a path, but not of a constant. */
  readonly fragile?: boolean;
}

/** How absent a value may be, at a reference. */
export type Presence = "present" | "optional" | "nullable" | "absent" | "host";

/** One way to write an expression of a type. */
export interface Production {
  /** How often it is taken, next to the others. */
  readonly weight: number;
  /** Whether it has no parts: where an expression may grow no further, only these are taken. One must always succeed. */
  readonly leaf?: true;
  /** Writes it, with parentheses where it has operators; `undefined` when the scope has nothing to write it with. */
  readonly write: (scope: Scope, type: Type) => string | undefined;
}

/** The choices of a program, and what its parts share. */
export interface Program {
  readonly choose: fc.GeneratorValue;
  readonly helpers: Helper[];
  /** Constants of the module, by kind. */
  readonly constants: Readonly<
    Record<"string" | "number" | "int" | "strings" | "time", readonly [string, ...string[]]>
  >;
  /** How many names were given out. */
  names: number;
}

/** Writes expressions over the names in scope. */
export class Scope {
  readonly program: Program;
  readonly references: readonly Reference[];
  /** How much deeper expressions may grow. */
  readonly depth: number;
  /**
   * What was narrowed in this function. TypeScript refuses a comparison that narrowing has decided, so what was
   * narrowed is not used again, but where the narrowed type is known.
   */
  readonly narrowed: Set<string>;

  constructor(
    program: Program,
    references: readonly Reference[],
    depth: number,
    narrowed: Set<string> = new Set(),
  ) {
    this.program = program;
    this.references = references;
    this.depth = depth;
    this.narrowed = narrowed;
  }

  /** Chooses one; the first is the simplest. */
  pick<T>(from: readonly [T, ...T[]]): T;
  pick<T>(from: readonly T[]): T | undefined;
  pick<T>(from: readonly T[]): T | undefined {
    return from.length < 2 ? from[0] : from[this.program.choose(nat, from.length - 1)];
  }

  boolean(): string {
    return this.of(booleanType);
  }

  number(): string {
    return this.of(numberType);
  }

  string(): string {
    return this.of(stringType);
  }

  /** Writes an expression of a type that has no parts. */
  leaf(type: Type): string {
    return new Scope(this.program, this.references, 0, this.narrowed).of(type);
  }

  /** Writes an expression of a type. */
  of(type: Type): string {
    const all = productions(type).filter(({ leaf }) => leaf === true || this.depth > 0);
    const inner = new Scope(this.program, this.references, this.depth - 1, this.narrowed);
    const weighted = all.flatMap((one) => Array.from({ length: one.weight }, () => one));
    const first = weighted.length < 2 ? 0 : this.program.choose(nat, weighted.length - 1);
    const start = all.indexOf(weighted[first] as Production);
    // one that has nothing to write with gives way to the next
    for (const production of [...all.slice(start), ...all.slice(0, start)]) {
      const text = production.write(inner, type);
      if (text !== undefined) return text;
    }
    throw new Error(`nothing can be written for ${JSON.stringify(type)}`);
  }

  /** Chooses something of a type to read, of what has not been narrowed. */
  read(type: Type, presence: Presence = "present"): string | undefined {
    return this.find((reference) => isSame(reference.type, type), presence)?.text;
  }

  /** As {@link read}, for what the reading narrows: it is not used again. */
  narrow(type: Type, presence: Presence = "present"): Reference | undefined {
    return this.spend(this.find((reference) => isSame(reference.type, type), presence));
  }

  /** Chooses a reference by a test. */
  find(test: (reference: Reference) => boolean, presence?: Presence): Reference | undefined {
    const found = this.references.filter(
      (one) => !this.isNarrowed(one) && (presence === undefined || isThere(one, presence)) && test(one),
    );
    return this.pick(found);
  }

  /** Marks a reference as narrowed. */
  spend(reference: Reference | undefined): Reference | undefined {
    if (reference !== undefined) this.narrowed.add(reference.narrows);
    return reference;
  }

  /** The same scope with more to read. */
  with(references: readonly Reference[]): Scope {
    return new Scope(this.program, [...this.references, ...references], this.depth, this.narrowed);
  }

  /** The scope inside of a function in place. */
  inFunction(): Scope {
    const known = this.references.filter(({ fragile }) => fragile !== true);
    return new Scope(this.program, known, this.depth, this.narrowed);
  }

  /** A name that nothing else has. */
  fresh(hint: string): string {
    this.program.names += 1;
    return `${hint}${this.program.names}`;
  }

  private isNarrowed({ narrows }: Reference): boolean {
    return [...this.narrowed].some(
      (one) => narrows === one || narrows.startsWith(`${one}.`) || one.startsWith(`${narrows}.`),
    );
  }
}

function isThere({ optional, nullable, host }: Reference, presence: Presence): boolean {
  switch (presence) {
    case "present":
      return !optional && !nullable;
    case "optional":
      return optional && !nullable;
    case "nullable":
      return nullable;
    case "absent":
      return optional || nullable;
    case "host":
      return host;
  }
}
