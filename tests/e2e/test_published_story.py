"""The life of a centre, played with the shipped workflows on a forge that is only this computer."""

from pathlib import Path

from published_centre import AWARDS, CODES, NAMES, a_centre


def test_first(tmp_path: Path):
    with a_centre(tmp_path) as centre:
        def bad():
            centre.write(f"{AWARDS}/first.yaml", f"issued: {centre.today}\nto:\n  - {CODES['ada']}\n  - 7f3k9m2x\n")
        pull = centre.propose("awards", bad)
        done = centre.check(pull)
        print(done.results); print(done.log); print(done.summary)
        pull = centre.amend(pull, lambda: centre.write(f"{AWARDS}/first.yaml", f"issued: {centre.today}\nto:\n" + "".join(f"  - {c}\n" for c in CODES.values())))
        done = centre.check(pull)
        print(done.results); print(done.log); print(done.summary)
        centre.merge(pull)
        import time
        t = time.time()
        done = centre.publish()
        print(time.time() - t)
        print(done.results); print(done.log); print(done.summary)
        print((tmp_path/"forge/gh-calls").read_text())
        print(centre.ledger())
        assert 0
