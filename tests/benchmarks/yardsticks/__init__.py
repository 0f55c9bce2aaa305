"""Servers that ours is measured beside, written in Python."""
