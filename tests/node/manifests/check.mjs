// Checks manifests against the types of Kubernetes and KEDA, unknown fields included: each document becomes a typed
// literal, and the TypeScript compiler reads them all. Prints the documents of all files as one JSON array.
// Usage: node manifests/check.mjs FILE...
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { parseAllDocuments } from "yaml";

const documents = process.argv.slice(2).flatMap(file =>
  parseAllDocuments(readFileSync(file, "utf8"), { strict: true, uniqueKeys: true }).map(document => {
    if (document.errors.length > 0) throw document.errors[0];
    return { file: path.basename(file), content: document.toJS() };
  }));

const moduleOf = ({ apiVersion, kind }) =>
  `${apiVersion.includes("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models"}/${apiVersion}/${kind}`;

// A line for each document, so that the line of a finding names the document.
const source = documents.map(({ content }, i) =>
  `import type { I${content.kind} as T${i} } from ${JSON.stringify(moduleOf(content))}; ` +
  `export const d${i}: T${i} = ${JSON.stringify(content)};`).join("\n");

const name = path.resolve("manifests/documents.ts");
const options = {
  noEmit: true, strict: true, skipLibCheck: true, types: [],
  module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = file => file === name || fileExists.call(host, file);
host.getSourceFile = (file, ...rest) =>
  file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.Latest) : getSourceFile.call(host, file, ...rest);

const findings = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host));
for (const finding of findings) {
  const { line } = ts.getLineAndCharacterOfPosition(finding.file, finding.start);
  const { file, content } = documents[line];
  const near = source.slice(finding.start, finding.start + 60);
  console.error(`${file}: ${content.kind}: ${ts.flattenDiagnosticMessageText(finding.messageText, " ").slice(0, 400)} at ${near}`);
}

console.log(JSON.stringify(documents));
// process.exit() would cut off what a pipe has not taken yet.
process.exitCode = findings.length > 0 ? 1 : 0;
