"""The authenticator app: bound, moved, asked for a code."""
