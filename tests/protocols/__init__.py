"""Every rule of the protocols, and every hostile request, as rows of tables; see `__main__`."""
