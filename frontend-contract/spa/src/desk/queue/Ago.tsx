import { useTranslation } from "react-i18next";
import { ago } from "../../i18n/when";
import { useMinutesUntil } from "../parts/clock";

export function Ago({ instant }: { instant: string }) {
  useTranslation(); // told anew in another language
  useMinutesUntil(instant);
  return ago(instant);
}
