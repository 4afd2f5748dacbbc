"""Reading the web with manners: limits, robots.txt, and no way into private networks."""
