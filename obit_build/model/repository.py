"""Repository: everything that was loaded from a centre's folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from obit_build.model.achievement import Achievement
from obit_build.model.approval import Approval
from obit_build.model.award import Award, Recipient
from obit_build.model.endorsement import Endorsement
from obit_build.model.framework import Framework
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The centre's files as values. Paths are relative to the folder, with ``/``."""

    settings: Settings
    profiles: Mapping[str, Profile]
    achievements: Mapping[str, Achievement]
    awards: tuple[Award, ...]
    award_files: Mapping[str, range] = field(default_factory=dict, compare=False)
    """Path of each file of awards → which of them are its lines."""
    recipients: Mapping[str, Recipient]
    people_absent: bool = False
    """The people list is kept elsewhere and was not at hand: only codes are known."""
    files: Mapping[str, bytes] = field(repr=False)
    """Every file that was read: path → bytes (sources and pictures)."""
    endorsements: tuple[Endorsement, ...] = ()
    """What other bodies have signed about issuers, badges and awards, by path."""
    approvals: tuple[Approval, ...] = ()
    """What approvers have signed about awards, by path."""
    pathways: Mapping[str, Pathway] = field(default_factory=dict)
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    templates: Mapping[str, str] = field(repr=False, default_factory=dict)
    """The centre's own templates, styles and catalogues: path below ``templates/`` → text."""

    def issuer_of(self, achievement: Achievement) -> Profile | None:
        """Return the profile that issues this badge: named, default, or the only one there is."""
        slug = achievement.issuer or self.settings.defaults.issuer
        if slug is not None:
            return self.profiles.get(slug)
        return next(iter(self.profiles.values())) if len(self.profiles) == 1 else None
