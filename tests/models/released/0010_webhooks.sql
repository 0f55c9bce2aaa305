-- A help-desk that has heard of all but the last two.
INSERT INTO webhook_position (address_hash, epoch, number, attempts, due_at) VALUES ('5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592', 'of its own', 8, 1, '2027-02-01 09:11:00+00:00');
