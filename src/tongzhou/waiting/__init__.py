"""What waits for somebody: words from outside, subjects offered, words said in their name, desks stood in for."""
