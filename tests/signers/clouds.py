"""Stand-ins for the two clouds' key services, on loopback, behind the clouds' own SDKs.

They keep to what the services' references say about signing: sizes, digests, checksums, shapes of
answers. They are no proof that the services do; docs/decisions/0015-signers.md says so.
"""

import base64
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from google.cloud import kms
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceGrpcTransport,
)

ACCESS_KEY = ("AKIDOBITTEST", "an-access-secret-that-nobody-reads")


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """What a service answers instead."""


class AmazonStandIn:
    """Answers GetPublicKey and Sign of AWS KMS (API version 2014-11-01, JSON 1.1)."""

    def __init__(self) -> None:
        self.keys: dict[str, object] = {}
        self.asked: list[dict] = []
        self.refuse_with: str | None = None
        self.wait = 0.0
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                action = self.headers["X-Amz-Target"].removeprefix("TrentService.")
                try:
                    if f"Credential={ACCESS_KEY[0]}/" not in self.headers["Authorization"]:
                        raise Refused("UnrecognizedClientException")
                    status, answer = 200, stand_in.answer(action, question)
                except Refused as refused:
                    status, answer = 400, {"__type": str(refused), "message": "no"}
                body = json.dumps(answer).encode()
                with contextlib.suppress(OSError):  # the other side may have given up
                    self.send_response(status)
                    self.send_header("Content-Type", "application/x-amz-json-1.1")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["AmazonStandIn"]:
        service = cls()
        thread = threading.Thread(target=service.server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.server.shutdown()
            service.server.server_close()
            thread.join(10)

    def environment(self, folder: Path) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{self.server.server_address[1]}",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY[0],
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY[1],
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        }

    def answer(self, action: str, question: dict) -> dict:
        self.asked.append({"action": action, **question})
        time.sleep(self.wait)
        if self.refuse_with:
            raise Refused(self.refuse_with)
        key = self.keys.get(question["KeyId"])
        if key is None:
            raise Refused("NotFoundException")
        if action == "GetPublicKey":
            der = key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            return {"KeyId": question["KeyId"], "PublicKey": base64.b64encode(der).decode()}
        signature = self._signature(key, question)
        return {
            "KeyId": question["KeyId"],
            "Signature": base64.b64encode(signature).decode(),
            "SigningAlgorithm": question["SigningAlgorithm"],
        }

    def _signature(self, key, question: dict) -> bytes:
        message = base64.b64decode(question["Message"])
        if len(message) > 4096:
            raise Refused("ValidationException")
        asked = (question["SigningAlgorithm"], question["MessageType"])
        if isinstance(key, Ed25519PrivateKey) and asked == ("ED25519_SHA_512", "RAW"):
            return key.sign(message)
        if isinstance(key, ec.EllipticCurvePrivateKey) and asked == ("ECDSA_SHA_256", "DIGEST"):
            if len(message) != 32:
                raise Refused("ValidationException")
            return key.sign(message, ec.ECDSA(Prehashed(hashes.SHA256())))
        raise Refused("InvalidKeyUsageException")


class GoogleStandIn:
    """Answers GetPublicKey and AsymmetricSign of Cloud KMS (gRPC, google.cloud.kms.v1)."""

    SERVICE = "google.cloud.kms.v1.KeyManagementService"

    def __init__(self) -> None:
        self.keys: dict[str, object] = {}
        self.asked: list[kms.AsymmetricSignRequest] = []
        self.refuse_with: grpc.StatusCode | None = None
        self.confirm = True
        self.wait = 0.0
        self.server = grpc.server(futures.ThreadPoolExecutor(4))
        handlers = {
            "GetPublicKey": grpc.unary_unary_rpc_method_handler(
                self._public_key, kms.GetPublicKeyRequest.deserialize, kms.PublicKey.serialize
            ),
            "AsymmetricSign": grpc.unary_unary_rpc_method_handler(
                self._sign,
                kms.AsymmetricSignRequest.deserialize,
                kms.AsymmetricSignResponse.serialize,
            ),
        }
        self.server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(self.SERVICE, handlers),)
        )
        self.port = self.server.add_insecure_port("127.0.0.1:0")

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["GoogleStandIn"]:
        service = cls()
        service.server.start()
        try:
            yield service
        finally:
            service.server.stop(None).wait(10)

    def client(self) -> kms.KeyManagementServiceClient:
        channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        return kms.KeyManagementServiceClient(
            transport=KeyManagementServiceGrpcTransport(channel=channel)
        )

    def _key(self, name: str, context):
        time.sleep(self.wait)
        if self.refuse_with:
            context.abort(self.refuse_with, "no")
        if name not in self.keys:
            context.abort(grpc.StatusCode.NOT_FOUND, "no")
        return self.keys[name]

    def _public_key(self, request, context) -> kms.PublicKey:
        key = self._key(request.name, context)
        pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return kms.PublicKey(pem=pem.decode(), name=request.name)

    def _sign(self, request, context) -> kms.AsymmetricSignResponse:
        key = self._key(request.name, context)
        self.asked.append(request)
        if isinstance(key, Ed25519PrivateKey):
            if len(request.data) > 65_536 or request.digest.sha256:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
            signature = key.sign(request.data)
        else:
            if len(request.digest.sha256) != len(sha256().digest()) or request.data:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
            signature = key.sign(request.digest.sha256, ec.ECDSA(Prehashed(hashes.SHA256())))
        return kms.AsymmetricSignResponse(
            name=request.name,
            signature=signature,
            verified_data_crc32c=self.confirm and request.data_crc32c is not None,
            verified_digest_crc32c=self.confirm and request.digest_crc32c is not None,
        )
