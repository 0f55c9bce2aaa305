"""E-mail and password, the challenge between the steps, the session after them."""
