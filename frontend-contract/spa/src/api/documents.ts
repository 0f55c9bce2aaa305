import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { AnyVariables, DocumentInput } from "urql";

type Data = Record<string, unknown>;

// urql tells documents apart by `documentId`; the generated ones carry it one level deeper.
const known = new WeakMap<object, object>();

/** The document in the form that urql takes for one whose text stays on the server. */
export function persisted<R, V>(
  document: TypedDocumentNode<R, V>,
  operation: "query" | "mutation" | "subscription",
): TypedDocumentNode<R, V> {
  let found = known.get(document);
  if (!found) {
    const selectionSet = { kind: "SelectionSet", selections: [] };
    const definitions = [{ kind: "OperationDefinition", operation, selectionSet }];
    found = { kind: "Document", definitions, ...metaOf(document), trusted: document };
    known.set(document, found);
  }
  return found as TypedDocumentNode<R, V>;
}

/** The generated document that `persisted` was given. */
export function trusted(document: DocumentInput): TypedDocumentNode<Data, AnyVariables> {
  return (document as unknown as { trusted: TypedDocumentNode<Data, AnyVariables> }).trusted;
}

function metaOf(document: object): { documentId: string } {
  return (document as { __meta__: { documentId: string } }).__meta__;
}
