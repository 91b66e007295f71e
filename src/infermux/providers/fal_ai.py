"""fal: pictures, videos and sounds, at once or through its queue."""

from . import _fal
from ._base import Provider

PROVIDER = Provider(
    name="fal-ai",
    title="fal",
    base_url=_fal.HOST,
    docs="https://docs.fal.ai/model-apis",
    says=_fal.SAYS,
    key_env=("FAL_KEY", "FAL_KEY_ID:FAL_KEY_SECRET"),
    key_scheme="Key ",
)
