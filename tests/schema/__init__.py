"""The schema floor, mirrored."""
