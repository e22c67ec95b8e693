import pytest
from builders import THEME
from markupsafe import Markup

from obit_build.errors import RenderError
from obit_build.website.editions import Words
from obit_build.website.render import Renderer, Theme


def render(template: str, values=None, **others: str) -> str:
    theme = Theme({"page.html": template, **{k.replace("_", "."): v for k, v in others.items()}})
    return Renderer(theme).render("page.html", values or {}, page="the page of Pare-feu (fr)")


def refused(template: str, values=None, **others: str) -> tuple[str, str]:
    with pytest.raises(RenderError) as caught:
        render(template, values, **others)
    return caught.value.message, caught.value.fix


REMEDY = "correct templates/page.html, or remove your copy of it to get the default theme's"


def test_text_is_escaped_wherever_it_stands():
    hostile = "\"><script>alert('1')</script>"
    assert render('<p title="{{ x }}">{{ x }}</p>', {"x": hostile}) == (
        '<p title="&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;">'
        "&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;</p>"
    )


def test_words_say_their_language_only_where_it_differs():
    template = "<b{{ a.attr }}>{{ a }}</b><i{{ b.attr }}>{{ b }}</i>"
    values = {"a": Words("mur", "fr"), "b": Words("wall <")}
    assert render(template, values) == '<b lang="fr">mur</b><i>wall &lt;</i>'


def test_two_themes_never_share_a_template_that_differs():
    """What is compiled is kept for all renderers: by its text, not by its name."""
    assert [render("<b>{{ x }}</b>", {"x": 1}), render("<i>{{ x }}</i>", {"x": 1})] == [
        "<b>1</b>",
        "<i>1</i>",
    ]
    assert render("{% include 'part.html' %}", part_html="one") == "one"
    assert render("{% include 'part.html' %}", part_html="two") == "two"


def test_what_is_undefined_is_named_with_its_line():
    message, fix = refused("<p>\n{{ holder }}\n</p>")
    assert message == (
        "templates/page.html:2: 'holder' is undefined (while making the page of Pare-feu (fr))"
    )
    assert fix == REMEDY


def test_a_field_that_a_record_lacks_is_named_with_its_line():
    message, _ = refused("\n\n{{ words.colour }}", {"words": Words("a")})
    assert message == (
        "templates/page.html:3: 'obit_build.website.editions.Words object' has no attribute 'colour'"
        " (while making the page of Pare-feu (fr))"
    )


def test_a_syntax_error_is_named_with_its_line():
    message, _ = refused("a\n{% if x %}\nb")
    assert message.startswith("templates/page.html:3: Unexpected end of template.")
    assert message.endswith("(while making the page of Pare-feu (fr))")


def test_an_error_in_a_partial_names_the_partial():
    message, fix = refused('{% include "part.html" %}', part_html="\n{{ 1 // 0 }}")
    assert message == (
        "templates/part.html:2: integer division or modulo by zero"
        " (while making the page of Pare-feu (fr))"
    )
    assert (
        fix == "correct templates/part.html, or remove your copy of it to get the default theme's"
    )


def test_a_template_that_is_missing_is_named_with_the_line_that_wants_it():
    message, _ = refused('x\n{% include "nowhere.html" %}')
    assert message == (
        'templates/page.html:2: there is no template "nowhere.html"'
        " (while making the page of Pare-feu (fr))"
    )


@pytest.mark.parametrize("path", ["../obit.yaml", "/etc/passwd", "recipients.csv"])
def test_a_template_reaches_no_file_outside_the_theme(path):
    message, _ = refused(f'{{% include "{path}" %}}')
    assert f'there is no template "{path}"' in message


def test_a_template_that_includes_itself_is_refused():
    message, _ = refused('{% include "page.html" %}')
    assert message == (
        "templates/page.html: it includes itself without end"
        " (while making the page of Pare-feu (fr))"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__",
        "words.__class__.__init__.__globals__",
        "words.html.__class__",
        "t.__self__",
        "(1).__class__.__base__.__subclasses__()",
        "'{0.__class__}'.format(words)",
        "words|attr('__class__')",
        "self._TemplateReference__context",
        "listed.append(1)",
        "cycler.__init__.__globals__",
        "lipsum()",
        "[1,2]|random",
        "'<b>'|safe",
        "range(99999999)",
    ],
)
def test_a_template_stays_in_its_sandbox(expression):
    values = {"words": Words("a"), "t": THEME.icon, "listed": [1]}
    message, _ = refused("{{ " + expression + " }}", values)
    assert message.startswith("templates/page.html:1: ")


def test_a_centre_s_file_takes_the_place_of_its_namesake_and_of_no_other():
    theme = THEME.with_overrides({"icons/seal.svg": "<svg>mine</svg>", "assets/own.css": "p {}"})
    assert theme.icon("seal") == Markup("<svg>mine</svg>")
    assert theme.icon("clock") == THEME.icon("clock")
    assert dict(theme.assets()).keys() == {*dict(THEME.assets()), "assets/own.css"}


def test_an_icon_that_the_theme_lacks_is_named():
    message, _ = refused('{{ icon("nothing") }}')
    assert message == (
        'templates/page.html:1: the theme has no icon "nothing"'
        " (while making the page of Pare-feu (fr))"
    )


def test_indentation_in_a_template_is_left_out_of_the_page():
    assert render("<ul>\n    <li>\n\t{{ x }}</li>\n</ul>", {"x": "  a\n  b"}) == (
        "<ul>\n<li>\n  a\n  b</li>\n</ul>"
    )
