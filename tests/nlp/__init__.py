"""The tasks on texts and tables: what is asked, what comes back, and what is refused."""
