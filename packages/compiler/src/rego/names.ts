/** Words that cannot stand as a name or after a full stop. */
const keywords = wordsOf(`
  as contains data default else every false if import in input not null package some true
  with
`);

/** Names of built-in functions, and of those that stand behind operators: a rule of that name would shadow them. */
const builtins = wordsOf(`
  abs all and any array assign base64 base64url bits ceil concat contains count crypto div
  endswith eq equal floor format_int glob graph graphql gt gte hex http indexof indexof_n
  internal intersection io is_array is_boolean is_null is_number is_object is_set
  is_string json lower lt lte max min minus mul neq net numbers object opa or plus print
  product providers rand re_match regex rego rem replace round semver set_diff sort split
  sprintf startswith strings substring sum time to_number trace trim trim_left trim_prefix
  trim_right trim_space trim_suffix type_name union units upper urlquery uuid walk yaml
  cast_array cast_boolean cast_null cast_object cast_set cast_string set this prelude hits
  matches invalid missing values
`);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Whether a name can be written without quotes and brackets in a path. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name);
}

/** Gives out names that clash with nothing: not with each other, not with keywords, not with built-in functions. */
export interface Names {
  /** A new name that begins as the hint does. */
  fresh(hint: string): string;
}

/** Makes the names of one module. */
export function createNames(): Names {
  const taken = new Set<string>();
  return {
    fresh(hint) {
      const base = hint.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])|^_*$/, "v$&");
      const isFree = (name: string) => !taken.has(name) && !keywords.has(name) && !builtins.has(name);
      let name = base;
      for (let count = 2; !isFree(name); count++) name = `${base}_${count}`;
      taken.add(name);
      return name;
    },
  };
}
