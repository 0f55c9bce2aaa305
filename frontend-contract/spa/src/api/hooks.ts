import { Failure } from "@sparekey/client";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useRef } from "react";
import { useClient, useQuery, useSubscription, type AnyVariables, type CombinedError } from "urql";
import { persisted } from "./documents";

export interface Asked<R> {
  data: R | undefined;
  failure: Failure | undefined;
  /** Whether an answer is on its way. */
  busy: boolean;
  again(): void;
}

/** A query's answer, asked for again where its variables change. */
export function useAsk<R, V extends AnyVariables>(
  document: TypedDocumentNode<R, V>,
  variables: V,
  { pause = false } = {},
): Asked<R> {
  const args = { query: persisted(document, "query"), variables, pause } as Parameters<typeof useQuery<R, V>>[0];
  const [{ data, error, fetching }, again] = useQuery<R, V>(args);
  return { data, failure: failureOf(error), busy: fetching, again };
}

/** A function that does it and answers. It rejects with a Failure where there was no answer. */
export function useDo<R, V extends AnyVariables>(
  document: TypedDocumentNode<R, V>,
): (variables: V) => Promise<R> {
  const client = useClient();
  return useCallback(
    async (variables) => {
      const { data, error } = await client.mutation<R, V>(persisted(document, "mutation"), variables).toPromise();
      if (data === undefined || data === null) throw failureOf(error) ?? new Error("no answer");
      return data;
    },
    [client, document],
  );
}

/** Hands on each answer of a subscription; the latest failure is returned. */
export function useFollow<R, V extends AnyVariables>(
  document: TypedDocumentNode<R, V>,
  variables: V,
  onData: (data: R) => void,
  { pause = false } = {},
): Failure | undefined {
  const latest = useRef(onData);
  useEffect(() => {
    latest.current = onData;
  });
  const args = { query: persisted(document, "subscription"), variables, pause } as Parameters<
    typeof useSubscription<R, R, V>
  >[0];
  // Called for each answer: the state of a hook may skip one of two that come at once.
  const [{ error }] = useSubscription<R, R, V>(args, (_, data) => {
    latest.current(data);
    return data;
  });
  return failureOf(error);
}

function failureOf(error: CombinedError | undefined): Failure | undefined {
  return error?.networkError instanceof Failure ? error.networkError : undefined;
}
