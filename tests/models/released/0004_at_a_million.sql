-- Counters are kept with each change, a median where many were decided.
UPDATE queue_counter SET waiting = 1, claimed = 1, median_seconds = 600.0, median_looked_at = '2027-02-01 09:10:00+00:00';
