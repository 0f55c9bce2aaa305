"""HTTP as it arrives and leaves: bounds, cookies, origins, media types, answers."""
