import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

/** What a document is called: the server knows its text. */
export function documentIdOf<R, V>(document: TypedDocumentNode<R, V>): string {
  return (document as unknown as { __meta__: { documentId: string } }).__meta__.documentId;
}
