"""Other libraries' names and spellings, turned into ours at the door.

Of openai: `openai`, `chat`, `parsing`, `writing`, `forms`, `resources`, `namespaces`, `models`, `root`. Of earlier
releases of huggingface_hub: `surfaces`, `custom`, `conversation`, `status`, `lists`, `lookup`, `text_generation`. Of
the JavaScript client: `arguments`, `older`, `javascript`.
"""
