// Drives the explorer for test_explorer.py: `node explorer.mjs '{"url": …, "email": …, …}'`.
//
// Says "listening" once the subscription is open, and in the end, as JSON, what was seen.

import { open } from "./graphiql.mjs";

const { url, email, password, code } = JSON.parse(process.argv[2]);
const { browser, seen, graphiql } = await open(url);
try {
  await graphiql.says("Not signed in");
  await graphiql.signIn(email, password, code);
  await graphiql.run("Viewer");
  await graphiql.answers(`"email": "${email}"`);
  await graphiql.run("RecoveryQueue");
  await graphiql.answers('"recoveryQueue"');
  await graphiql.run("RecoveryQueueEvents", { after: "{{eventCursor}}" });
  await graphiql.isListening();
  console.log("listening");
  await graphiql.answers('"TicketClaimed"');
  await graphiql.signOut();
  await graphiql.answers("The socket was closed");
} finally {
  await browser.close();
}
console.log(JSON.stringify({ faults: seen.faults, hosts: [...seen.hosts] }));
