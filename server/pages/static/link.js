// A mailed link leads here, with its token in the fragment. Opening the page changes nothing:
// programs that look into mails open links, too. Only the button asks the API.

import { languages } from "./words.js";

const actions = {
  "/confirm": {
    document: `mutation ConfirmMailbox($input: ConfirmMailboxInput!) {
      confirmMailbox(input: $input) { __typename }
    }`,
    variables: (token) => ({ input: { token } }),
    words: "confirm",
  },
  "/cancel": {
    document: `mutation CancelReset($input: CancelResetInput!) {
      cancelReset(input: $input) { __typename }
    }`,
    variables: (token) => ({ input: { receipt: token } }),
    words: "cancel",
  },
  "/not-me": {
    document: `mutation CloseAccount($input: CloseAccountInput!) {
      closeAccount(input: $input) { __typename }
    }`,
    variables: (token) => ({ input: { token } }),
    words: "close",
  },
};

const problems = {
  ChallengeExpired: "expired",
  Throttled: "throttled",
  NotAllowed: "refused",
};

const action = actions[location.pathname];
const language = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages) ?? "en";
const words = languages[language];
const said = words[action.words];
const button = document.getElementById("act");
const outcome = document.getElementById("outcome");

function show() {
  document.documentElement.lang = language;
  document.title = said.title;
  document.getElementById("title").textContent = said.title;
  document.getElementById("text").textContent = said.text;
  button.textContent = said.button;
  button.hidden = token() === "";
  outcome.textContent = token() === "" ? words.incomplete : "";
}

function token() {
  return location.hash.slice(1);
}

async function act() {
  button.disabled = true;
  outcome.textContent = "";
  const answer = await ask().catch(() => undefined);
  const problem = answer === undefined ? "failed" : problems[answer];
  button.disabled = false;
  button.hidden = problem !== "failed" && problem !== "throttled";
  outcome.textContent = problem ? words[problem] : said.done;
}

async function ask() {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": language },
    body: JSON.stringify({ query: action.document, variables: action.variables(token()) }),
  });
  const { data } = await response.json();
  return Object.values(data)[0].__typename;
}

button.addEventListener("click", act);
window.addEventListener("hashchange", show);
show();
