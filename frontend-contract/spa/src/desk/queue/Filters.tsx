import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Labelled } from "../../ui";
import { addressOf } from "./address";
import { Search } from "./Search";
import { SHOWS, type View } from "./view";

interface Props {
  view: View;
  onSearch: (search: string) => void;
}

/** What of the queue is shown, and in what order. */
export function Filters({ view, onSearch }: Props) {
  const { t } = useTranslation("desk");
  const [, go] = useLocation();
  const choose = (part: Partial<View>) => go(addressOf({ ...view, ...part }), { replace: true });
  return (
    <div className="filters">
      <div className="shows" role="group" aria-label={t("filters.show")}>
        {SHOWS.map((show) => (
          <button key={show} type="button" aria-pressed={view.show === show} onClick={() => choose({ show })}>
            {t(`show.${show}`)}
          </button>
        ))}
      </div>
      <Search search={view.search} onSearch={onSearch} />
      <Labelled label={t("filters.order")}>
        {(tied) => (
          <select
            {...tied}
            value={view.order}
            onChange={({ target }) => choose({ order: target.value as View["order"] })}
          >
            <option value="DUE_FIRST">{t("order.DUE_FIRST")}</option>
            <option value="NEWEST_FIRST">{t("order.NEWEST_FIRST")}</option>
          </select>
        )}
      </Labelled>
    </div>
  );
}
