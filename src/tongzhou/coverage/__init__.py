"""What is missing at each community, who sees to it and by when: for its lead, its street and its county."""
