"""The process: HTTP, WebSocket, settings, command line and the delivery of mail.

`app` puts the parts together, `view` speaks GraphQL over HTTP, `socket` over WebSocket;
`postman` and `sweeper` work beside them; `cli` is what an operator types.
"""
