// What the editor works out beside the page; Vite makes files of our own host of them.
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

const WORKERS: Record<string, new () => Worker> = { json: JsonWorker, graphql: GraphQLWorker };

self.MonacoEnvironment = {
  getWorker: (_: string, label: string) => new (WORKERS[label] ?? EditorWorker)(),
};
