import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../i18n/when";
import { Button, Notice } from "../../ui";
import { AddUnit } from "./AddUnit";
import type { Viewer } from "./viewer";

interface Props {
  units: Viewer["devices"];
  onChanged: () => void;
}

/** The units that are registered to the account, and a further one. */
export function Units({ units, onChanged }: Props) {
  const { t } = useTranslation("customers");
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);

  function close() {
    setAdding(false);
    heading.current?.focus();
  }

  function done(name: string) {
    close();
    setAdded(name);
    onChanged();
  }

  return (
    <section className="card stack" aria-labelledby="units">
      <h2 id="units" ref={heading} tabIndex={-1}>{t("units.title")}</h2>
      {units.length === 0 && <p className="quiet">{t("units.none")}</p>}
      <ul className="entries" aria-labelledby="units">
        {units.map((unit) => (
          <li key={unit.id}>
            <strong>{unit.name}</strong>
            <span className="code">{unit.serialNumber}</span>
            <span className="quiet">{t("units.since", { moment: moment(unit.registeredAt) })}</span>
          </li>
        ))}
      </ul>
      {added !== undefined && <Notice tone="good">{t("units.added", { name: added })}</Notice>}
      {adding ? (
        <AddUnit onAdded={done} onClose={close} />
      ) : (
        <div className="row">
          <Button
            onClick={() => {
              setAdded(undefined);
              setAdding(true);
            }}
          >
            {t("units.add")}
          </Button>
        </div>
      )}
    </section>
  );
}
