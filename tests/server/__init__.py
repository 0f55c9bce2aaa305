"""The server floor, mirrored."""
