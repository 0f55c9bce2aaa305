import { useTranslation } from "react-i18next";

const APPS = [
  {
    name: "Microsoft Authenticator",
    appStore: "https://apps.apple.com/app/microsoft-authenticator/id983156458",
    googlePlay: "https://play.google.com/store/apps/details?id=com.azure.authenticator",
  },
  {
    name: "Google Authenticator",
    appStore: "https://apps.apple.com/app/google-authenticator/id388497605",
    googlePlay: "https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2",
  },
];

/** Both apps in both stores. */
export function Stores() {
  return (
    <ul className="stores">
      {APPS.map(({ name, appStore, googlePlay }) => (
        <li key={name}>
          <strong>{name}</strong>
          <span className="row">
            <Store app={name} name="App Store" href={appStore} />
            <Store app={name} name="Google Play" href={googlePlay} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Store({ app, name, href }: { app: string; name: string; href: string }) {
  const { t } = useTranslation("signIn");
  return (
    <a className="button" href={href} target="_blank" rel="noreferrer">
      <span className="unseen">{app}: </span>
      {name}
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="outward">
        <path d="M6 3H3v10h10v-3M9 2h5v5M14 2 7.5 8.5" />
      </svg>
      <span className="unseen"> {t("newTab")}</span>
    </a>
  );
}
