"""What happens to the queue, in order, once, to all who follow."""
