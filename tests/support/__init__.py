"""What the tests stand on, a file for each:

`postgres` and `databases` give every test a database of its own; `clock` travels; `served` and
`process` are the server, inside this process and in one of its own; `client` speaks GraphQL by
the operation files of the contract (`operations`), and `socket` its subscriptions; `mailbox` and
`qr` read what a person would read; `people` play the scenes that many tests begin with;
`statements` counts the SQL that answering costs. A real browser is a `window` of `chromium`, which
hears whatever goes wrong in it; `axe` holds its pages to what everybody can use.
"""
