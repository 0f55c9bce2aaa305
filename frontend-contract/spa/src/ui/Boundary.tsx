import { Component, type ReactNode } from "react";
import i18next from "i18next";
import { Notice } from "./Notice";

/** What people see where the page itself breaks, instead of an empty one. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="stack">
        <Notice tone="bad">{i18next.t("broken")}</Notice>
        <a className="button primary" href={location.href}>{i18next.t("reload")}</a>
      </main>
    );
  }
}
