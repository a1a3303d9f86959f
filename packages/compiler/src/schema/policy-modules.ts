import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Policy modules as JavaScript, so that a process can run them: TypeScript made it, and not the runtime, since policies may use enums. */
export interface PolicyModules {
  /** JavaScript of every local TypeScript file, by absolute path. */
  readonly modules: Readonly<Record<string, string>>;
  /** Absolute paths of local imports, by importing file and specifier. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where packages are looked for that the policy's own folder cannot reach: a file's URL. */
  readonly fallback: string;
}

/** Makes this process import policy files as those modules, resolved as the type checker resolved them. */
export function servePolicyModules({ modules, imports, fallback }: PolicyModules): void {
  registerHooks({
    resolve(specifier, context, next) {
      const importer = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : "";
      const local = imports[importer]?.[specifier];
      if (local !== undefined)
        return { url: pathToFileURL(local).href, format: "module", shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        // a policy folder without node_modules still finds what policies are written with
        if (!/^(?:@forego\/dsl|zod)(?:$|\/)/.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL: fallback });
      }
    },
    load(url, context, next) {
      const code = url.startsWith("file:") ? modules[fileURLToPath(url)] : undefined;
      if (code === undefined) return next(url, context);
      return { format: "module", source: code, shortCircuit: true };
    },
  });
}
