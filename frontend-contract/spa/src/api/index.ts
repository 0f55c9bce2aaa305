export { Failure, sparekey } from "./sparekey";
export { useAsk, useDo, useFollow, type Asked } from "./hooks";
export { Api } from "./urql";
