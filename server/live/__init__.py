"""What stays open: sockets, streams of events, and those who are told the same."""
