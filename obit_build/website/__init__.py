"""The site: which files it has, what its pages show and how they are drawn. Pure: no file, no clock.

Read :mod:`obit_build.website.site` first; it names every file of a site, one after the other.
"""
