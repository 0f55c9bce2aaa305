-- Tickets carry the address, unless it was given free.
UPDATE recovery_ticket SET email_key = (SELECT account.email_key FROM account WHERE account.id = recovery_ticket.account_id);
