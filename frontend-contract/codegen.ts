import type { CodegenConfig } from "@graphql-codegen/cli";

const instants = { input: "string", output: "string" };

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: "operations/*.graphql",
  generates: {
    "client/src/generated/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        // The server knows each document by its hash: no text of one is shipped to browsers.
        persistedDocuments: {
          mode: "replaceDocumentWithHash",
          hashPropertyName: "documentId",
          hashAlgorithm: "sha256",
        },
      },
      config: {
        enumsAsTypes: true,
        scalars: { ID: { input: "string", output: "string" }, DateTime: instants, Date: instants },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
