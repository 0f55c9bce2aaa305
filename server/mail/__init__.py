"""From the outbox to a mailbox: words, form, delivery."""
