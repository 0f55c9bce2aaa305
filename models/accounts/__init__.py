"""Whose they are: made, looked up, imported, ended, erased."""
