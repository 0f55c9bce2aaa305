-- None was late when it was looked last.
UPDATE queue_counter SET overdue = 0, overdue_before = '2027-02-01 09:10:00+00:00';
