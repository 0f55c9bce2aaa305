"""Every way into an account, tried at random against a second telling of the rules."""
