"""The sandbox: a server on this machine that stands in for all others, started in the process at first use."""

from . import _hf, _pipeline_video, _pipeline_vision
from ._base import Provider


def _address() -> str:
    from ..sandbox import start

    return f"{start()}/hf-inference/models/{{model}}"


PROVIDER = Provider(
    name="sandbox",
    title="Sandbox",
    base_url=_address,
    docs="https://github.com/infermux/infermux/blob/main/docs/sandbox.md",
    says={**_hf.SAYS, **_pipeline_video.SAYS, **_pipeline_vision.OF_ENDPOINTS},
    mapped=False,
    routed=False,
    key_optional=True,
)
