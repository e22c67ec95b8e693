"""A credential signed anew after a change, in the name of the issuer that signed it first."""

import copy
import datetime
import json
from collections.abc import Iterator
from typing import Any

from changes import places

from obit_build.issuing.signing import written
from obit_build.securing.keys import encode_multikey, method_id
from obit_build.securing.proof import add_proof
from obit_build.signers.opening import preview_signer

CREATED = datetime.datetime(2026, 11, 21, 11, tzinfo=datetime.UTC)


def signed_again(document: dict[str, Any], site: Any) -> str:
    """Sign a credential of a preview site with that site's own key, and write it as obit does."""
    signer = preview_signer(site.root / ".obit", bytes)
    method = method_id(document["issuer"]["id"], encode_multikey(signer.public_key))
    bare = {name: value for name, value in document.items() if name != "proof"}
    whole = add_proof(bare, sign=signer.sign, verification_method=method, created=CREATED)
    return written(whole).decode()


def without_each(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Leave out each member and each item of a list in turn; a list that is empty then goes too."""
    seen = {("issuer",), ("issuer", "id")}
    for path, _ in places(document):
        # Half a status is none; the whole of it may go. Hardly any object does without id and type.
        half = path[0] == "credentialStatus" and len(path) > 1
        if half or path in seen or {"@context", "type", "proof"} & set(path) or path[-1] == "id":
            continue
        seen.add(path)
        smaller = copy.deepcopy(document)
        parent = smaller
        for step in path[:-1]:
            parent = parent[step]
        del parent[path[-1]]
        yield "/".join(map(str, path)), _pruned(smaller)


def _pruned(node: Any) -> Any:
    if isinstance(node, dict):
        kept = {key: _pruned(value) for key, value in node.items()}
        return {key: value for key, value in kept.items() if value not in ([], {})}
    return [_pruned(item) for item in node] if isinstance(node, list) else node


def saying(document: dict[str, Any], text: str) -> dict[str, Any]:
    """Say a text in every field that takes free text."""
    changed: dict[str, Any] = json.loads(json.dumps(document))
    subject = changed["credentialSubject"]
    for node, names in (
        (changed, ("name", "description")),
        (subject, ("narrative", "role", "term", "licenseNumber")),
        (subject["achievement"], ("name", "description", "fieldOfStudy", "humanCode")),
        (subject["achievement"]["criteria"], ("narrative",)),
        (changed["issuer"], ("name", "description")),
    ):
        node.update(dict.fromkeys(names, text))
    return changed
