"""A Hugo site with the award pages of one language: the same page, written as a layout and 10 000 texts."""

import json
import re
from pathlib import Path

_NARRATIVE = re.compile(r"<p>((?:[\w-]+ ){11}[\w-]+)</p>")


def write_hugo_site(folder: Path, pages: list[Path]) -> None:
    """Make the first page the layout, and of each page a text with what is its own.

    ``pages`` are award pages that obit made; what differs between them is the address and what the
    person did.
    """
    first = pages[0].read_text("utf-8")
    award = pages[0].parent.name
    layout = first.replace("{{", "{ {").replace(award, "{{ .Params.award }}")
    found = _NARRATIVE.search(layout)
    if found is None:
        raise ValueError("an award page says nowhere what the person did")
    layout = layout.replace(found[0], "{{ .Content }}")
    layout = re.sub(r"<script.*?</script>", "", layout, flags=re.DOTALL)  # escaped otherwise there
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "layouts" / "_default" / "single.html").write_text(layout, "utf-8")
    (folder / "hugo.toml").write_text(
        'baseURL = "https://badges.example.org/"\ntitle = "Badges"\n'
        'disableKinds = ["taxonomy", "term", "RSS", "sitemap", "home", "section", "404"]\n',
        "utf-8",
    )
    content = folder / "content" / "awards"
    content.mkdir(parents=True)
    for page in pages:
        said = _NARRATIVE.search(page.read_text("utf-8"))
        front = json.dumps({"title": "Award", "award": page.parent.name})
        text = said[1] if said else ""
        (content / f"{page.parent.name}.md").write_text(f"{front}\n\n{text}\n", "utf-8")
