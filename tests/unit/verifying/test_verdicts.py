"""What a person sees: the sign, the word, the reason, and what to do."""

import csv
import dataclasses
import io
import json

from signed_badges import ISSUER, a_list, a_world

from obit_build.verifying.trust import judged
from obit_build.verifying.verdicts import batch, counts, headline, ladder, one_line, to_csv, to_json

INDEX = 48211


def revoked(world):
    world.revocations = a_list(bits=(INDEX,))


def preview(world):
    world.badge.update(termsOfUse=[{"type": "urn:x-obit:preview"}])


def test_a_valid_badge_takes_one_line():
    assert one_line(a_world().report()) == "✓ valid  badge.json"


def test_a_revoked_badge_says_who_revoked_it():
    assert one_line(a_world(before=revoked).report()) == (
        "✗ revoked  badge.json  badges.example has revoked this badge: it no longer counts. [status.revoked]"
    )


def test_what_could_not_be_checked_is_not_shown_as_good():
    world = a_world(
        after=lambda w: w.files.update({"https://badges.example/status/centre/1.json": b"x"})
    )

    assert headline(world.report()) == "? could not be checked"


def test_a_preview_is_never_called_valid():
    assert one_line(a_world(before=preview).report()) == (
        "? preview  badge.json  This is a preview: it proves nothing."
    )


def test_colour_repeats_the_words_and_adds_nothing():
    report = a_world().report()

    assert headline(report, color=True) == "\x1b[32m✓ valid\x1b[0m"
    assert "\x1b" not in ladder(report)


def test_the_ladder_shows_every_step_and_what_to_do():
    text = ladder(a_world(before=revoked).report())

    assert text == (
        "badge.json: ✗ revoked\n"
        "\n"
        "The badge:\n"
        "  badge   Gestion de pare-feu\n"
        "  issuer  Technocité (did:web:badges.example:issuers:centre)\n"
        "  awarded 2026-03-27\n"
        "  id      https://badges.example/awards/7b0f6c1e/credential.json\n"
        "\n"
        " 0 file           ✓ good      The file has a reasonable size.\n"
        " 1 reading        ✓ good      A credential was found in the JSON file.\n"
        " 2 version        ✓ good      It is an Open Badges 3.0 credential.\n"
        " 3 form           ✓ good      It has everything that the standard asks of a badge, and nothing else.\n"
        " 4 signature      ✓ good      The signature is good: nothing was changed since the key of Technocité (badges.example) signed it.\n"
        " 5 newer version  - not done  The badge names no place with newer versions of it.\n"
        " 6 revocation     ✗ failed    badges.example has revoked this badge: it no longer counts. [status.revoked]\n"
        " 7 dates          ✓ good      It is valid since 2026-03-27, without an end date.\n"
        " 8 recipient      - not done  Whose badge it is was not asked.\n"
        " 9 endorsements   - not done  It carries no endorsements.\n"
        "10 picture        - not done  The picture or sheet itself is not signed; only the data in it is.\n"
        "\n"
        "What to do: ask the holder or the issuer for the reason."
    )


def test_what_an_unconfirmed_badge_says_is_marked_as_such():
    text = ladder(a_world(after=lambda w: w.badge.update(name="Directeur")).report())

    assert "What it says of itself, which is not confirmed:" in text


def test_a_file_that_holds_nothing_shows_no_claims():
    text = ladder(a_world(after=lambda w: setattr(w, "data", b"?")).report())

    assert "says of itself" not in text


def test_a_batch_lists_what_is_wrong_and_counts_the_rest():
    good, bad = a_world().report(), a_world(before=revoked).report()

    assert batch([good, good, bad]) == (
        "✗ revoked  badge.json  badges.example has revoked this badge: it no longer counts. [status.revoked]\n"
        "3 checked: 2 valid, 1 revoked"
    )


def test_a_batch_of_previews_says_so_once():
    report = a_world(before=preview).report()

    assert batch([report, report]) == "This is a preview: it proves nothing.\n2 checked: 2 preview"


def test_an_empty_batch_is_no_success():
    assert counts([]) == "nothing was checked"
    assert json.loads(to_json([]))["ok"] is False


def test_json_carries_the_reports():
    text = to_json([a_world().report()])

    document = json.loads(text)
    assert text.endswith("}\n")
    assert (document["obit"], document["command"], document["ok"]) == (1, "verify", True)
    assert document["reports"][0]["verdict"] == "valid"
    assert document["summary"] == "1 checked: 1 valid"
    assert ISSUER.multikey not in document["summary"]


def test_a_file_name_can_not_deceive_the_terminal():
    report = dataclasses.replace(a_world().report(), source="a\x1b[2Jb.png")

    assert one_line(report) == "✓ valid  a\ufffd[2Jb.png"


def test_the_ladder_in_french():
    text = ladder(a_world(before=revoked).report(), language="fr")

    assert text == (
        "badge.json: ✗ révoqué\n"
        "\n"
        "Le badge :\n"
        "  badge    Gestion de pare-feu\n"
        "  émetteur Technocité (did:web:badges.example:issuers:centre)\n"
        "  décerné  2026-03-27\n"
        "  id       https://badges.example/awards/7b0f6c1e/credential.json\n"
        "\n"
        " 0 fichier          ✓ en ordre  Le fichier a une taille raisonnable.\n"
        " 1 lecture          ✓ en ordre  Une attestation a été trouvée dans le fichier JSON.\n"
        " 2 version          ✓ en ordre  C’est une attestation Open Badges 3.0.\n"
        " 3 forme            ✓ en ordre  Il a tout ce que la norme demande d’un badge, et rien d’autre.\n"
        " 4 signature        ✓ en ordre  La signature est bonne : rien n’a changé depuis que la clé de Technocité (badges.example) l’a signé.\n"
        " 5 version récente  - pas fait  Le badge ne nomme aucun lieu où en trouver de nouvelles versions.\n"
        " 6 révocation       ✗ échec     badges.example a révoqué ce badge : il ne compte plus. [status.revoked]\n"
        " 7 dates            ✓ en ordre  Il est valable depuis le 2026-03-27, sans date de fin.\n"
        " 8 titulaire        - pas fait  On n’a pas demandé à qui est ce badge.\n"
        " 9 soutiens         - pas fait  Il ne porte pas de soutiens.\n"
        "10 image            - pas fait  L’image ou la feuille elle-même n’est pas signée ; seules le sont les données qu’elle contient.\n"
        "\n"
        "Que faire : demandez la raison au titulaire ou à l’émetteur."
    )


def test_a_batch_in_dutch():
    good, bad = a_world().report(), a_world(before=revoked).report()

    assert batch([good, bad], language="nl") == (
        "✗ ingetrokken  badge.json  badges.example heeft deze badge ingetrokken: ze telt niet meer. [status.revoked]\n"
        "2 in totaal: 1 geldig, 1 ingetrokken"
    )


def test_trust_stands_beside_the_verdict():
    report = judged(a_world().report(), {})

    first, second, *_ = ladder(report).split("\n")
    assert first == "badge.json: ✓ valid"
    assert second == (
        "  The signature is fine, but we can't tell you who owns this key: "
        "did:web:badges.example:issuers:centre is not among the issuers that you recognise."
    )
    assert batch([report, report]).split("\n")[-1] == "2 checked: 2 valid"


def test_csv_has_a_line_for_each_badge():
    rows = list(csv.DictReader(io.StringIO(to_csv([a_world().report(), a_world(before=revoked).report()]))))  # fmt: skip

    assert [row["state"] for row in rows] == ["valid", "revoked"]
    assert rows[0] == {
        "source": "badge.json",
        "verdict": "valid",
        "state": "valid",
        "reason": "",
        "message": "",
        "fix": "",
        "badge": "Gestion de pare-feu",
        "issuer_name": "Technocité",
        "issuer_id": "did:web:badges.example:issuers:centre",
        "awarded": "2026-03-27",
        "valid_until": "",
        "trust": "",
    }
    assert rows[1]["message"] == "badges.example has revoked this badge: it no longer counts."


def test_csv_is_no_formula():
    report = a_world(before=lambda w: w.badge["issuer"].update(name="=cmd|' /C calc'!A0")).report()
    report = dataclasses.replace(report, source="＠SUM(1+1).json")

    (row,) = csv.DictReader(io.StringIO(to_csv([judged(report, {})])))

    assert row["issuer_name"] == "'=cmd|' /C calc'!A0"
    assert row["source"] == "'＠SUM(1+1).json"
    assert row["trust"] == "unknown"


def test_csv_never_calls_a_preview_valid():
    (row,) = csv.DictReader(io.StringIO(to_csv([a_world(before=preview).report()])))

    assert row["state"] == "preview"
