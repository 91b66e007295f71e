"""HF Inference: Hugging Face's own serverless models, behind one address for every key or none."""

from . import _hf
from ._base import ROUTER, Provider

PROVIDER = Provider(
    name="hf-inference",
    title="HF Inference",
    base_url=f"{ROUTER}/hf-inference/models/{{model}}",
    docs="https://huggingface.co/docs/inference-providers/providers/hf-inference",
    says=_hf.SAYS,
    mapped=False,
    key_optional=True,
    may_load=True,
    per_model=True,
    older_headers={
        ("use_cache", False): ("x-use-cache", "false"),
        ("dont_load_model", True): ("x-load-model", "0"),
        ("wait_for_model", True): ("x-wait-for-model", "true"),
    },
    schema_form="value",
)
