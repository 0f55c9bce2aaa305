import { AddDeviceDocument } from "@sparekey/client";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { useFaultFocus } from "../../sign-in/faults";
import { Button, Field, Notice, useTrouble } from "../../ui";
import { useFaults, type Faults } from "./faults";
import { useFreshCode } from "./fresh";

const LONGEST = { serialNumber: 64, name: 100 };

interface Props {
  onAdded: (name: string) => void;
  onClose: () => void;
}

export function AddUnit({ onAdded, onClose }: Props) {
  const { t } = useTranslation("customers");
  const { t: common } = useTranslation();
  const [serialNumber, setSerialNumber] = useState("");
  const [name, setName] = useState("");
  const { add, busy, faults, refused, dialog } = useAdding(onAdded);
  const form = useRef<HTMLFormElement>(null);
  useFaultFocus(form, [faults]);

  return (
    <>
      <form
        ref={form}
        className="inner stack"
        noValidate
        aria-label={t("units.add")}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void add({ serialNumber: serialNumber.trim(), name: name.trim() });
        }}
      >
        <Field
          label={t("units.serialNumber")}
          hint={t("units.serialNumberHint")}
          fault={faults["serialNumber"]}
          value={serialNumber}
          onChange={setSerialNumber}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
        />
        <Field
          label={t("units.name")}
          hint={t("units.nameHint")}
          fault={faults["name"]}
          value={name}
          onChange={setName}
          autoComplete="off"
        />
        {refused && <Notice tone="bad">{refused}</Notice>}
        <div className="row">
          <Button type="submit" look="primary" busy={busy}>{t("units.save")}</Button>
          <Button onClick={onClose}>{common("cancel")}</Button>
        </div>
      </form>
      {dialog}
    </>
  );
}

function useAdding(onAdded: (name: string) => void) {
  const trouble = useTrouble();
  const faultsOf = useFaults(LONGEST);
  const addDevice = useDo(AddDeviceDocument);
  const fresh = useFreshCode();
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const [refused, setRefused] = useState<string>();

  async function add(input: { serialNumber: string; name: string }) {
    const known = faultsOf(input);
    setFaults(known);
    setRefused(undefined);
    if (Object.keys(known).length > 0) return;
    setBusy(true);
    try {
      const { addDevice: answer } = await addDevice({ input });
      if (answer.__typename === "Device") onAdded(answer.name);
      else if (answer.__typename === "InvalidInput") setFaults({ [answer.field]: answer.message });
      else if (answer.__typename === "StepUpRequired") fresh.ask(() => void add(input));
      else setRefused(answer.message);
    } catch (failure) {
      setRefused(trouble(failure));
    }
    setBusy(false);
  }

  return { add, busy, faults, refused, dialog: fresh.dialog };
}
