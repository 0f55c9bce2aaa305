// After the code generator: the trusted documents go to their place, the rest is marked.
// What is dropped repeats the text of every document, which no client needs.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const FOLDER = "client/src/generated";
const MARK = "// Made from schema.graphql and operations/ by `npm run generate`; not for editing.\n";

renameSync(`${FOLDER}/persisted-documents.json`, "trusted-documents.json");
for (const name of ["gql.ts", "index.ts"]) rmSync(`${FOLDER}/${name}`);
const types = `${FOLDER}/graphql.ts`;
writeFileSync(types, MARK + readFileSync(types, "utf8"));
