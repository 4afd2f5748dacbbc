"""A pod that ends itself: the start command of every pod; pure.

The API has no `terminate after`, and a coordinator can be killed. So the pod deletes itself, with
DELETE on the API, after the minutes that were paid for, or soon after its server has ended. To end
the process alone would not do: the pod would be EXITED, and kept, and charged for its disk.

The key is the one that RunPod puts into every pod as RUNPOD_API_KEY beside RUNPOD_POD_ID. Its
documentation calls it "limited in scope to only the pod" and shows it stopping and removing that
pod from inside; that it may DELETE its own pod on v2 follows from this but is written nowhere, so
`runpodctl`, which RunPod installs in every pod, is tried as well. The account's own key never
enters a pod: a pod of the community cloud is somebody else's machine.

An image's entry point would read a command as its own arguments. RunPod's `args` may hold
`{"entrypoint": […], "cmd": […]}` instead of a string, which replaces it ("Container start command",
docs.runpod.io/pods/templates/manage-templates; the same form is in runpodctl's source).
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

# Long enough to read why a server ended, short enough to cost nothing.
GRACE_SECONDS = 60
RETRY_SECONDS = 20

# What JSON, a shell within it, or a template language could read as its own.
_UNSAFE = re.compile(r"[\"\\`\n\r]|\{\{|\}\}")


def pod_args(server: str, seconds: int, api_url: str) -> str:
    """The `args` of a create request.

    Args:
        server: shell command that serves and does not return.
        seconds: after which the pod deletes itself, counted from the container's start.
        api_url: address of RunPod's API.
    """
    script = start_script(server, seconds, api_url)
    return json.dumps({"entrypoint": ["/bin/sh", "-c"], "cmd": [script]})


def start_script(
    server: str, seconds: int, api_url: str, grace_seconds: int = GRACE_SECONDS
) -> str:
    """One line of POSIX shell: serve, and delete the pod in time.

    The shell stays until the pod is gone, since a container whose process ends is started again,
    and its clock with it.

    Raises:
        ValueError: the command would not survive its way to the pod.
    """
    script = (
        f"end() {{ {_delete(api_url)}; }}; "
        f"end_after() {{ sleep $1; while :; do end; sleep {RETRY_SECONDS}; done; }}; "
        f"end_after {seconds} & ({server}); "
        f"echo the server ended with status $?; end_after {grace_seconds}"
    )
    if _UNSAFE.search(script):
        raise ValueError("the start command holds a character that something may read as its own")
    return script


def _delete(api_url: str) -> str:
    """Whichever of the image's tools can send the request: curl in TEI's, python3 in vLLM's, openssl in Ollama's."""
    address = urlsplit(f"{api_url.rstrip('/')}/pods/")
    url = f"{address.geturl()}$RUNPOD_POD_ID"
    bearer = "Authorization: Bearer"
    curl = f"curl -fsS -m 30 -o /dev/null -X DELETE -H '{bearer} '$RUNPOD_API_KEY {url}"
    python = (
        "python3 -c 'import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], "
        "method=sys.argv[2], headers=dict(Authorization=sys.argv[3])), timeout=30)' "
        f"{url} DELETE 'Bearer '$RUNPOD_API_KEY"
    )
    host = address.hostname or ""
    request = (
        f"(echo DELETE {address.path}$RUNPOD_POD_ID HTTP/1.1; echo Host: {host}; "
        f"echo {bearer} $RUNPOD_API_KEY; echo Connection: close; echo; sleep 5)"
    )
    openssl = (
        f"{request} | openssl s_client -quiet -crlf -verify_return_error -verify_hostname {host} "
        f"-servername {host} -connect {host}:{address.port or 443} 2>/dev/null | grep -q ' 204 '"
    )
    tools = [f"({curl})", f"({python})", "runpodctl remove pod $RUNPOD_POD_ID"]
    if address.scheme == "https":
        tools.insert(2, f"({openssl})")
    return " || ".join(tools)
