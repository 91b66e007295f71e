"""`infermux doctor`: what is there, what is missing, and what to do next. No key is ever shown."""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from threading import Thread
from typing import Annotated

import typer

from .. import InferenceClient
from ..errors import InferenceError
from ..flow import Cut, Dropped, Expired, Limits, Request, Unreachable
from ..providers._base import ROUTER
from ..routing import environment, keys
from ..transport import transport_for
from ..version import VERSION
from ..wire import redact
from .asking import provider_keys, saved_token
from .telling import LOG_IN

_PATIENCE_S = 3.0
_ASK = 'ask a model: infermux chat -m openai/gpt-oss-20b "Hello"'
_SETTINGS = (
    *("HF_ENDPOINT", "HF_HOME", "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_IMPLICIT_TOKEN"),
    "INFERMUX_SANDBOX",
)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass
class _Check:
    works: bool
    words: str


@dataclass
class _Findings:
    stand_in: str | None
    infermux: str
    python: str
    platform: str
    extras: Mapping[str, Mapping[str, str | None]]
    token: str | None
    token_source: str | None
    provider_keys: Mapping[str, str]
    settings: Mapping[str, str]
    proxies: Mapping[str, str]
    router: _Check
    hub: _Check
    sandbox: _Check
    next: list[str]


def doctor(as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False) -> None:
    """Tell what is installed, which key is used, what can be reached, and what to do next."""
    found = _examine()
    typer.echo(json.dumps(asdict(found), indent=2) if as_json else "\n".join(_report(found)))
    if not (found.sandbox.works or found.router.works):
        raise typer.Exit(1)


def _examine() -> _Findings:
    stand_in = _stand_in()
    router, hub = _reached(ROUTER, environment.hub_url())
    # Where the sandbox stands in, what is taken for a key is a mere word.
    token = None if stand_in else saved_token()
    found = _Findings(
        stand_in=stand_in,
        infermux=VERSION,
        python=platform.python_version(),
        platform=platform.platform(),
        extras=_extras(),
        token=_kind(token.value) if token else None,
        token_source=_source(token.source) if token else None,
        provider_keys={} if stand_in else provider_keys(),
        settings={name: redact.url(os.environ[name]) for name in _SETTINGS if os.environ.get(name)},
        proxies=_proxies(),
        router=router,
        hub=hub,
        sandbox=_sandbox(),
        next=[],
    )
    found.next.extend(_advice(found))
    return found


def _stand_in() -> str | None:
    """Which sandbox answers in place of all providers, if one does."""
    where = environment.sandbox()
    if where is None:
        return None
    return f"the sandbox at {redact.url(where)}" if where else "a sandbox that each process starts for itself"


def _kind(token: str) -> str:
    return f"{'hf_… ' if token.startswith('hf_') else ''}({len(token)} characters)"


def _source(name: str) -> str:
    return f"the file {keys.token_path()}" if name == "token file" else name


def _extras() -> dict[str, dict[str, str | None]]:
    """The extras that the package declares, each with its packages and their versions."""
    extras: dict[str, dict[str, str | None]] = {}
    # Run from its sources alone, the package declares nothing.
    declared = metadata.requires("infermux") if _version("infermux") else None
    for line in declared or ():
        parts = re.match(r"([\w.-]+).*\bextra == ['\"](\w+)", line)
        if parts and parts[2] != "all":
            extras.setdefault(parts[2], {})[parts[1]] = _version(parts[1])
    return extras


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _proxies() -> dict[str, str]:
    """The proxies of the environment, without user and password."""
    found = ((name, os.environ.get(name) or os.environ.get(name.upper())) for name in _PROXIES)
    return {name: value.rpartition("@")[2] for name, value in found if value}


def _reached(*urls: str) -> list[_Check]:
    """Whether each of these addresses answers; all are asked at once."""
    reason = "HF_HUB_OFFLINE" if environment.offline() else None
    reason = reason if environment.sandbox() is None else "INFERMUX_SANDBOX"
    if reason:
        return [_Check(False, f"not tried, as {reason} is set") for _ in urls]
    checks = [_Check(False, f"no answer within {_PATIENCE_S:g} s") for _ in urls]
    # The look-up of a name cannot be cut short: its thread is left behind.
    threads = [Thread(target=_reach, args=pair, daemon=True) for pair in zip(urls, checks, strict=True)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + _PATIENCE_S
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return [_Check(check.works, check.words) for check in checks]


def _reach(url: str, check: _Check) -> None:
    begun = time.monotonic()
    limits = Limits(connect_s=_PATIENCE_S, deadline=begun + _PATIENCE_S)
    try:
        transport_for(None, None, True).open(Request("GET", url), limits).close()
    except (Unreachable, ValueError) as error:
        check.words = f"cannot be reached: {error}"
    except (Dropped, Cut):
        check.words = "hung up without an answer"
    except Expired:
        return
    else:
        check.works, check.words = True, f"answers, in {time.monotonic() - begun:.2f} s"


def _sandbox() -> _Check:
    try:
        with InferenceClient(provider="sandbox", timeout=_PATIENCE_S, max_retries=0) as client:
            client.chat_completion([{"role": "user", "content": "Hello"}])
    except (InferenceError, OSError) as error:
        return _Check(False, str(error))
    return _Check(True, "works, without key and network")


def _report(found: _Findings) -> Iterator[str]:
    if found.stand_in:
        yield f"INFERMUX_SANDBOX is set: {found.stand_in} answers for all providers, without a key\n"
    rows = [("infermux", found.infermux), ("python", f"{found.python} on {found.platform}")]
    for extra, packages in found.extras.items():
        versions = ", ".join(f"{name} {version}" for name, version in packages.items() if version)
        whole = all(packages.values())
        rows.append((f"[{extra}]", versions if whole else f'not installed: pip install "infermux[{extra}]"'))
    if not found.stand_in:
        rows.append(("token", f"{found.token}, from {found.token_source}" if found.token else "none found"))
    rows.extend(("key", f"{variable}, for {provider}") for variable, provider in found.provider_keys.items())
    rows.extend(("setting", f"{name} = {value}") for name, value in found.settings.items())
    rows.extend(("proxy", f"{name} = {value}") for name, value in found.proxies.items())
    if not found.stand_in:
        rows += [("router", found.router.words), ("hub", found.hub.words)]
    rows.append(("sandbox", found.sandbox.words))
    yield from (f"{name:<10}{words}" for name, words in rows)
    yield "\nwhat to do next"
    yield from (f"  {line}" for line in found.next)


def _advice(found: _Findings) -> Iterator[str]:
    if found.stand_in:
        yield from _advice_offline(found)
    else:
        yield from _advice_online(found)
    if not all(version for packages in found.extras.values() for version in packages.values()):
        yield 'for everything optional: pip install "infermux[all]"'
    if found.sandbox.works:
        yield "see it work offline: infermux demo"


def _advice_offline(found: _Findings) -> Iterator[str]:
    if found.sandbox.works:
        yield _ASK
    else:
        yield "start the sandbox there: infermux sandbox; or set INFERMUX_SANDBOX=1, which needs none"
    yield "to ask the providers themselves: unset INFERMUX_SANDBOX"


def _advice_online(found: _Findings) -> Iterator[str]:
    if found.token:
        yield _ASK
    for provider in found.provider_keys.values():
        yield f'ask {provider}: infermux chat --provider {provider} -m MODEL "Hello"'
    if not found.token and not found.provider_keys:
        yield f"no key was found: {LOG_IN}"
    if "HF_HUB_OFFLINE" in found.settings and not found.router.works:
        yield "to go online again: unset HF_HUB_OFFLINE"
    elif not found.router.works:
        yield "the router is out of reach: look at the network, or set HTTPS_PROXY where one is needed"
    if found.proxies:
        yield "the command line uses these proxies; in Python, pass trust_env=True"
