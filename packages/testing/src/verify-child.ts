import { servePolicyModules } from "@forego/compiler/modules";
import type { ReleaseInfo } from "@forego/core";
import { type IrPolicy, regoRules } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import { createComparison, findMismatch } from "./compare-release.ts";
import type { ComparedRelease } from "./compared-release.ts";
import { loadRules } from "./load-rules.ts";
import type { VerifiedPolicy, VerifyRequest, VerifyResponse } from "./verify-release.ts";

// The program of the child process in which a release is verified. Like the one in which policy modules run when they
// are compiled, it has no environment, may write nothing and start nothing.

process.once("message", async (request: VerifyRequest) => {
  // what a module prints must not be taken for an answer
  process.stdout.write = process.stderr.write.bind(process.stderr);
  servePolicyModules(request.modules);
  const answer: VerifyResponse = await verify(request).then(
    (policies) => ({ policies }),
    (error: Error) => ({ problem: error.message }),
  );
  process.send?.(answer, undefined, undefined, () => process.exit(0));
});

async function verify(request: VerifyRequest): Promise<readonly VerifiedPolicy[]> {
  const { files, seed, inputs } = request;
  const release = await loadRelease(request);
  const verified: VerifiedPolicy[] = [];
  for (const policy of release.ir.policies) {
    const { rules } = policy;
    const part = {
      folder: release.folder,
      ir: { ...release.ir, policies: [policy] },
      rules: release.rules.filter(({ ir }) => rules.includes(ir)),
    };
    const comparison = createComparison(release, part);
    const mismatch = findMismatch(comparison, { seed, inputs });
    const name = `${policy.category}.${policy.name}`;
    const told = {
      name,
      file: files[name] ?? "",
      inputs,
      ...(isRego(policy) ? { unproven: true as const } : {}),
    };
    if (mismatch !== undefined) return [...verified, { ...told, unseen: [], mismatch }];
    verified.push({ ...told, unseen: comparison.witnesses.unseen() });
  }
  return verified;
}

function isRego(policy: IrPolicy): boolean {
  return regoRules({ policies: [policy] }).length > 0;
}

async function loadRelease({ release, module, folder, files }: VerifyRequest): Promise<ComparedRelease> {
  const { ir } = release;
  // a release has its digest when it is written, which comes after this
  const info: ReleaseInfo = { ...release.info, digest: "sha256:unwritten" };
  const data = { forego: Object.fromEntries(release.bundles.map((bundle) => [bundle.name, bundle.data])) };
  const rules = await loadRules(ir, (policy) => `${folder}/${files[policy]}`);
  const bytes = new Uint8Array(module);
  return {
    folder,
    ir,
    rules,
    wasm: createWasmEngine({ release: info, module: bytes, data }),
    checked: createWasmEngine({ release: info, module: bytes, data, ir }),
  };
}
