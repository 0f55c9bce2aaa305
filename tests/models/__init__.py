"""The models floor, mirrored."""
