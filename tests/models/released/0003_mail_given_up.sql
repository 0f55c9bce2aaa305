-- A mailbox that is not known any more.
UPDATE outbox_mail SET attempts = 1, given_up_at = '2027-02-01 09:10:30+00:00' WHERE CAST(id AS text) = (SELECT min(CAST(id AS text)) FROM outbox_mail);
