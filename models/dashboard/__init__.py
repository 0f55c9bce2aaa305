"""The queue as the desk reads it: pages, counters, days."""
