import { type SourceFile, ts } from "ts-morph";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  noLib: true,
  noResolve: true,
  noCheck: true,
};

/**
 * Files as JavaScript, by path. TypeScript does it, and not the runtime, since policies may use enums; all at once,
 * since one program a file takes many times as long.
 */
export function transpileFiles(files: readonly SourceFile[]): Readonly<Record<string, string>> {
  const texts = new Map(files.map((file) => [file.getFilePath() as string, file.getFullText()]));
  const written: Record<string, string> = {};
  const host: ts.CompilerHost = {
    getSourceFile: (path, languageVersion) => {
      const text = texts.get(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion);
    },
    writeFile: (path, text, _mark, _onError, sources) => {
      written[sources?.[0]?.fileName ?? path] = text;
    },
    fileExists: (path) => texts.has(path),
    readFile: (path) => texts.get(path),
    getDefaultLibFileName: () => "lib.d.ts",
    getCanonicalFileName: (path) => path,
    getCurrentDirectory: () => "",
    getNewLine: () => "\n",
    useCaseSensitiveFileNames: () => true,
  };
  ts.createProgram([...texts.keys()], options, host).emit();
  return written;
}
