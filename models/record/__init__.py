"""Who did what: written with the change, sealed, verified, cut."""
