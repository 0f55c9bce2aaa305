"""The web pages: the apps, GraphiQL, and their headers."""
