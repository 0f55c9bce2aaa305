"""The key ring, and what is encrypted under it."""
