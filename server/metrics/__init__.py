"""What a process tells of itself to whoever watches over it."""
