"""Faults of the network that tell what to do about them, by the names under which they are kept.

Recordings hold these names, and nothing here needs a library of the network.
"""

from __future__ import annotations

from collections.abc import Mapping

from huimou.errors import AnswerInvalid, EndpointError, HuimouError

TOO_LONG = "AnswerTooLong"
UNDECODABLE = "DecodingError"
SELF_SIGNED = "CertificateSelfSigned"
UNKNOWN_ISSUER = "CertificateIssuerUnknown"
OTHER_HOST = "CertificateOfOtherHost"
OUT_OF_DATE = "CertificateOutOfDate"
NOT_TRUSTED = "CertificateNotTrusted"
PLAIN_HTTP = "PlainHttpSpoken"
TLS_SPOKEN = "TlsSpoken"
TLS_FAILED = "TlsFailed"

UNUSABLE = frozenset({TOO_LONG, UNDECODABLE})  # an answer came, but nobody can read it
_ADD_ISSUER = "add the certificate of its issuer to those that this machine trusts, or name its file in SSL_CERT_FILE"
_CERTIFICATE = "the certificate of {url} is not trusted: "
# Message and hint.
_WORDS: Mapping[str, tuple[str, str]] = {
    TOO_LONG: ("the answer of {url} is far longer than was asked for; it was not read to its end", ""),
    UNDECODABLE: ("the answer of {url} cannot be decoded", ""),
    SELF_SIGNED: (_CERTIFICATE + "it is signed by itself", _ADD_ISSUER),
    UNKNOWN_ISSUER: (_CERTIFICATE + "its issuer is not known to this machine", _ADD_ISSUER),
    OTHER_HOST: (_CERTIFICATE + "it is for another host", "give the name that stands in it with --base-url"),
    OUT_OF_DATE: (_CERTIFICATE + "it is out of date or not valid yet", "renew it, and look at this machine's clock"),
    NOT_TRUSTED: (_CERTIFICATE + "it did not pass the check", _ADD_ISSUER),
    PLAIN_HTTP: ("{url} speaks plain HTTP, not TLS", "write http:// instead of https:// in --base-url"),
    TLS_SPOKEN: ("{url} speaks TLS, not plain HTTP", "write https:// instead of http:// in --base-url"),
    TLS_FAILED: (
        "no TLS connection with {url} came about",
        "write http:// if it speaks plain HTTP",
    ),
}


def explain_by_name(fault: str, url: str) -> HuimouError | None:
    """Error for a fault whose name says what is wrong; None for any other.

    Args:
        fault: its name.
        url: base URL of the server.

    """
    if fault not in _WORDS:
        return None
    message, hint = _WORDS[fault]
    kind = AnswerInvalid if fault in UNUSABLE else EndpointError
    return kind(message.replace("{url}", url), hint)


def explain_unreached(base_url: str, fault: str) -> EndpointError:
    """Error for a server that no connection could be made to, by the name of the network's fault."""
    message = f"cannot reach the model server at {base_url} ({fault})"
    return EndpointError(message, "start it, or give the address of another with --base-url or HUIMOU_BASE_URL")
