"""What went wrong on the wire, as one sentence that says what to do. Nothing of a request is quoted."""

from __future__ import annotations

from http.client import IncompleteRead
from urllib.parse import urlsplit

from urllib3 import exceptions as wire

from apps.snapshots.asking import ClusterUnreachable, Interrupted, NotReadable, Patience


def explain_failure(error: Exception, server: str, patience: Patience) -> Exception:
    """The exception to raise instead of `error`: Interrupted if another try may succeed."""
    place = urlsplit(server).netloc
    match error:
        case wire.ProxyError():
            return ClusterUnreachable(
                f"The proxy on the way to {place} does not answer. Check HTTPS_PROXY and NO_PROXY."
            )
        case wire.NameResolutionError():
            return ClusterUnreachable(
                f"There is no host {place}. Check the server address, and the DNS of this machine."
            )
        case wire.NewConnectionError():
            return _again(
                f"{place} does not accept connections ({_system_reason(error)}). "
                "Is the API server running there, and may this machine reach it?"
            )
        case wire.ConnectTimeoutError():
            return _again(
                f"{place} does not answer within {patience.connect:g} s. "
                "Check the address, and whether a firewall stands in the way."
            )
        case wire.ReadTimeoutError() | TimeoutError():
            return _again(
                f"{place} takes connections but does not answer within {patience.read:g} s. "
                "Is the API server overloaded, or is something else listening there?"
            )
        case wire.ProtocolError() if _broke_off(error):
            return Interrupted(NotReadable(0, "the answer breaks off at every try"))
        case wire.ProtocolError():
            return _again(
                f"{place} breaks the connection before it answers. Is it an API server, and is it well? "
                "Should the address begin with https://?"
            )
    return ClusterUnreachable(f"The connection to {place} cannot be made. Check address and credentials.")


def explain_tls(reason: str, server: str) -> ClusterUnreachable:
    """`reason`: what the TLS library said; it names certificates, never keys or tokens."""
    place = urlsplit(server).netloc
    if "CERTIFICATE_VERIFY_FAILED" in reason or "doesn't match" in reason:
        detail = reason.partition("certificate verify failed: ")[2].partition(" (_ssl")[0] or "another name"
        return ClusterUnreachable(
            f"The certificate of {place} is not one we may trust ({detail}). Give the cluster's own CA in "
            "certificate-authority-data, and the name in the certificate as tls-server-name if it differs."
        )
    if "WRONG_VERSION_NUMBER" in reason or "record layer" in reason.lower():
        return ClusterUnreachable(f"{place} does not speak TLS. Is it an http:// address, or another port?")
    if "PEM" in reason or "KEY_VALUES_MISMATCH" in reason:
        return ClusterUnreachable(
            "The certificates of the kubeconfig cannot be used: check certificate-authority-data, "
            "client-certificate-data and client-key-data."
        )
    return ClusterUnreachable(f"No secure connection to {place} comes about ({_first_line(reason)}).")


def _again(message: str) -> Interrupted:
    return Interrupted(ClusterUnreachable(message))


def _broke_off(error: Exception) -> bool:
    """An answer began and did not end: short of its length, or without its last chunk."""
    return isinstance(error.__cause__, IncompleteRead) or "ended prematurely" in str(error)


def _system_reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    return cause.strerror.lower() if isinstance(cause, OSError) and cause.strerror else "no connection"


def _first_line(reason: str) -> str:
    return reason.strip().splitlines()[-1][:200] if reason.strip() else "TLS failed"
