"""The faults that other clients are known to have, T1 to T38: for each a test that it is none of ours.

A test is named `test_tNN_<what the user sees>`. What has no test stands here, with the reason.
"""

NOT_APPLICABLE = {
    29: "managing Inference Endpoints is not built; the trap is in its calls",
}
"""Trap → why it cannot be fallen into."""
