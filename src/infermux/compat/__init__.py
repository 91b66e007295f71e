"""Other libraries' names and spellings, turned into ours at the door."""
