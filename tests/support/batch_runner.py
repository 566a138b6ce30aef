"""Stands in for a batch service: reads request files, answers each line, writes output and error files.

Lines are as in the OpenAI API's OpenAPI specification 2.3.0 (`BatchRequestOutput`) and as vLLM's `run_batch.py` wrote
them in its releases of 2025 (`BatchRequestOutput`, `make_error_request_output`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scripted_server import Reply

Service = Literal["openai", "vllm"]


@dataclass(frozen=True)
class Result:
    """Lines of the output and of the error file; vLLM writes both into one."""

    output: tuple[str, ...]
    errors: tuple[str, ...]


def requests_of(files: Iterable[Path]) -> list[dict[str, Any]]:
    """All request lines."""
    return [json.loads(line) for path in files for line in path.read_bytes().decode().split("\n")[:-1]]


def run(files: Iterable[Path], answer: Callable[[Any], Reply], service: Service = "openai") -> Result:
    """Answer all lines."""
    output, errors = [], []
    for number, request in enumerate(requests_of(files)):
        assert request["method"] == "POST"
        assert request["url"] == "/v1/chat/completions"
        reply = answer(request["body"])
        line = _openai(number, request["custom_id"], reply)
        if service == "vllm":
            line = _vllm(number, request["custom_id"], reply)
        (output if reply.status == 200 or service == "vllm" else errors).append(json.dumps(line, ensure_ascii=False))
    return Result(tuple(output), tuple(errors))


def expired(custom_id: str) -> str:
    """A line of OpenAI's error file for a request that was not done in time."""
    error = {"code": "batch_expired", "message": "This request could not be executed before the completion window."}
    return json.dumps({"id": "batch_req_x", "custom_id": custom_id, "response": None, "error": error})


def _openai(number: int, custom_id: str, reply: Reply) -> dict[str, Any]:
    response = {"status_code": reply.status, "request_id": f"req_{number}", "body": reply.body}
    return {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": None}


def _vllm(number: int, custom_id: str, reply: Reply) -> dict[str, Any]:
    failed = reply.status != 200
    response: dict[str, Any] = {"status_code": reply.status, "request_id": f"vllm-batch-{number}", "body": None}
    if not failed:
        response["body"] = reply.body
    return {
        "id": f"vllm-{number}",
        "custom_id": custom_id,
        "response": response,
        "error": reply.body if failed else None,
    }
