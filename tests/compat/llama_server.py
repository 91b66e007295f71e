"""Build llama.cpp's own HTTP server from the package index, once, and write the tiny model that it serves.

Run it (`python tests/compat/llama_server.py`): it prints the path of the server and the path of the model. The server
is kept in `.cache/llama-server/<version and flags>/`, so only the first run builds (some minutes). Needs cmake and g++.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

VERSION = "0.3.36"
"""The version of llama-cpp-python, whose source package carries the whole of llama.cpp."""

FLAGS = (
    "-DCMAKE_BUILD_TYPE=None",
    "-DCMAKE_C_FLAGS=-O1",
    "-DCMAKE_CXX_FLAGS=-O0 -w",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=OFF",
    "-DGGML_OPENMP=OFF",
    "-DGGML_LLAMAFILE=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
)
"""Quick to build rather than quick to run: the model is a toy."""

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".cache" / "llama-server"
SHARED = Path(os.environ.get("INFERMUX_SHARED") or REPOSITORY.parent / "shared")
MODEL_MAKER = SHARED / "tools" / "make_tiny_gguf.py"


def binary_path() -> Path:
    """Where the built server is kept; it may not be there yet."""
    key = hashlib.sha256(" ".join(FLAGS).encode()).hexdigest()[:8]
    return CACHE / f"{VERSION}-{key}" / "llama-server"


def build() -> Path:
    """Return the server, building it first where it is missing."""
    binary = binary_path()
    if binary.is_file():
        return binary
    for tool in ("cmake", "g++", "strip"):
        if shutil.which(tool) is None:
            sys.exit(f"Cannot build llama-server: {tool} is not installed.")
    binary.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="build-") as folder:
        work = Path(folder)
        package = f"llama-cpp-python=={VERSION}"
        pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "llama-cpp-python")
        _run(*pip, "-d", folder, package)
        with tarfile.open(work / f"llama_cpp_python-{VERSION}.tar.gz") as archive:
            archive.extractall(work, filter="data")
        source = work / f"llama_cpp_python-{VERSION}" / "vendor" / "llama.cpp"
        _run("cmake", "-S", str(source), "-B", str(work / "build"), *FLAGS)
        _run("cmake", "--build", str(work / "build"), "--target", "llama-server", "-j", "2")
        stripped = work / "llama-server"
        _run("strip", "-o", str(stripped), str(work / "build" / "bin" / "llama-server"))
        stripped.chmod(0o755)
        stripped.replace(binary)
    return binary


def write_model() -> Path:
    """Write the tiny model and return its path."""
    if not MODEL_MAKER.is_file():
        sys.exit(
            f"Cannot make the tiny model: {MODEL_MAKER} is not there; INFERMUX_SHARED names the folder above tools."
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    model = CACHE / "tiny.gguf"
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="model-") as folder:
        fresh = Path(folder) / "tiny.gguf"
        subprocess.run([sys.executable, str(MODEL_MAKER), str(fresh)], check=True, stdout=subprocess.DEVNULL)
        fresh.replace(model)
    return model


def _run(*command: str) -> None:
    """Run one step of the build, politely, and stop with its last words where it fails."""
    print("+", *command, file=sys.stderr, flush=True)
    done = subprocess.run(
        ["nice", "-n", "10", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout[-4000:]}\nBuilding llama-server failed at: {' '.join(command)}")


def main() -> None:
    """Make both files and print where they are."""
    started = time.monotonic()
    model = write_model()
    binary = build()
    print(binary)
    print(model)
    print(f"ready after {time.monotonic() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
