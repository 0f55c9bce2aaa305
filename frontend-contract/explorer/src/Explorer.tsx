import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { GraphiQLProvider } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useEffect, useState } from "react";
import { Header } from "./Header";
import { OPERATIONS } from "./operations";
import { storage } from "./storage";
import { Transport, type Answer } from "./transport";
import { useViewer } from "./viewer";

const PLUGINS = [DOC_EXPLORER_PLUGIN];

/** GraphiQL with the contract's operations in its tabs, under a bar that says who is asking. */
export function Explorer() {
  const [transport] = useState(() => new Transport());
  const [qrCode, setQrCode] = useState<string>();
  const { viewer, refresh, signOut } = useViewer(transport);

  useEffect(() => {
    transport.onAnswer = (answer, mutated) => {
      setQrCode(qrCodeIn(answer));
      if (mutated) void refresh();
    };
  }, [transport, refresh]);

  return (
    <GraphiQLProvider
      fetcher={transport.fetcher}
      storage={storage}
      initialVariables={OPERATIONS[0]?.variables ?? ""} // defaultTabs are not asked for the first's
      defaultTabs={OPERATIONS}
      plugins={PLUGINS}
      referencePlugin={DOC_EXPLORER_PLUGIN}
    >
      <DocExplorerStore>
        <Header transport={transport} viewer={viewer} onSignOut={signOut} />
        <GraphiQLInterface
          defaultEditorToolsVisibility="variables"
          showPersistHeadersSettings={false}
        >
          {qrCode && (
            <GraphiQL.Footer>
              <img className="qr-code" src={qrCode} alt="QR code of the last answer" />
            </GraphiQL.Footer>
          )}
        </GraphiQLInterface>
      </DocExplorerStore>
    </GraphiQLProvider>
  );
}

/** What beginEnrollment shows, so that a phone can read it off the screen. */
function qrCodeIn({ data }: Answer): string | undefined {
  const fields = Object.values(data ?? {}) as ({ qrCode?: unknown } | null)[];
  const found = fields.find((field) => typeof field?.qrCode === "string")?.qrCode;
  return typeof found === "string" && found.startsWith("data:image/") ? found : undefined;
}
