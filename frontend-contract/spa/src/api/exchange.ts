import type { Failure, Sparekey } from "@sparekey/client";
import { makeErrorResult, makeResult } from "urql";
import type { Exchange, Operation, OperationResult } from "urql";
import { filter, make, mergeMap, pipe, takeUntil, type Source } from "wonka";
import { trusted } from "./documents";

/** The last of urql's exchanges: every operation goes out through the client. */
export function through(sparekey: Sparekey): Exchange {
  return () => (operations) => {
    const endOf = ({ key }: Operation) =>
      pipe(
        operations,
        filter((one) => one.kind === "teardown" && one.key === key),
      );
    return pipe(
      operations,
      filter(({ kind }) => kind !== "teardown"),
      mergeMap((operation) => {
        const answers = operation.kind === "subscription" ? followed : asked;
        return pipe(answers(sparekey, operation), takeUntil(endOf(operation)));
      }),
    );
  };
}

function asked(sparekey: Sparekey, operation: Operation): Source<OperationResult> {
  return make(({ next, complete }) => {
    const given = new AbortController();
    sparekey
      .run(trusted(operation.query), operation.variables ?? {}, { signal: given.signal })
      .then((data) => resultOf(operation, data))
      .catch((failure: Failure) => makeErrorResult(operation, failure))
      .then((result) => (next(result), complete()));
    return () => given.abort();
  });
}

function followed(sparekey: Sparekey, operation: Operation): Source<OperationResult> {
  return make(({ next, complete }) =>
    sparekey.follow(trusted(operation.query), operation.variables ?? {}, {
      next: (data) => next(resultOf(operation, data)),
      error: (failure) => (next(makeErrorResult(operation, failure)), complete()),
      complete,
    }),
  );
}

function resultOf(operation: Operation, data: unknown): OperationResult {
  return makeResult(operation, { data: data as Record<string, unknown> });
}
