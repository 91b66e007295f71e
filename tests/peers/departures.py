"""Where we differ from huggingface_hub on purpose."""
from dataclasses import dataclass
DELIBERATE = ()
def deliberate(case, mode):
    return {}
