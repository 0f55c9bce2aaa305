export * from "./generated/graphql";
export type { Connection, ConnectionState } from "./connection";
export { documentIdOf } from "./documents";
export { Failure } from "./failure";
export type { QueueEvent, QueueSink } from "./queue";
export { after } from "./sign-in";
export type { Answer, Call, Challenge, Enrollment, Notice, Problem, Screen } from "./sign-in";
export { createSparekey, type Options, type Sink, type Sparekey } from "./sparekey";
