"""Sources that come with the platform: pages, RSS and Atom, Hacker News, a folder, a PostgreSQL table."""
