import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useState, type ChangeEvent } from "react";
import { isLanguage, LANGUAGES } from "./language";
import { CHAPTERS, OPERATIONS } from "./operations";
import type { Transport } from "./transport";
import type { Viewer } from "./viewer";

interface Props {
  transport: Transport;
  viewer: Viewer | null | undefined;
  onSignOut(): Promise<void>;
}

export function Header({ transport, viewer, onSignOut }: Props) {
  return (
    <header className="bar">
      <img src="/pages/mark.svg" alt="" width="28" height="28" />
      <h1>
        Sparekey <span>API explorer</span>
      </h1>
      <OperationPicker />
      <LanguagePicker transport={transport} />
      <p role="status">{viewer === undefined ? "…" : <Who viewer={viewer} />}</p>
      {viewer && (
        <button type="button" onClick={() => void onSignOut()}>
          Sign out
        </button>
      )}
    </header>
  );
}

function Who({ viewer }: { viewer: Viewer | null }) {
  if (!viewer) return <>Not signed in: run Login, then VerifyCode</>;
  return (
    <>
      Signed in as <strong>{viewer.email}</strong>
      <span className="roles">{viewer.roles.join(", ").toLowerCase()}</span>
    </>
  );
}

/** Goes to the operation's tab; a tab that was closed is opened again. */
function OperationPicker() {
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick("tabs", "activeTabIndex", "queryEditor", "variableEditor"),
  );
  const { changeTab, addTab } = useGraphiQLActions();

  function open(event: ChangeEvent<HTMLSelectElement>) {
    const name = event.target.value;
    const index = tabs.findIndex((tab) => tab.title === name);
    if (index >= 0) {
      changeTab(index);
      const tab = document.getElementById(`graphiql-session-tab-${index}`);
      tab?.scrollIntoView({ block: "nearest", inline: "center" });
      return;
    }
    const operation = OPERATIONS.find((one) => one.name === name);
    addTab();
    queryEditor?.setValue(operation?.query ?? "");
    variableEditor?.setValue(operation?.variables ?? "");
  }

  return (
    <label>
      Operation
      <select value={tabs[activeTabIndex]?.title ?? ""} onChange={open}>
        {CHAPTERS.map(({ title, operations }) => (
          <optgroup key={title} label={title}>
            {operations.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function LanguagePicker({ transport }: { transport: Transport }) {
  const [language, setLanguage] = useState(transport.language);

  function choose(event: ChangeEvent<HTMLSelectElement>) {
    if (!isLanguage(event.target.value)) return;
    transport.language = event.target.value;
    setLanguage(event.target.value);
  }

  return (
    <label title="Of messages. Over WebSocket, the browser's own language counts.">
      Messages in
      <select value={language} onChange={choose}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
