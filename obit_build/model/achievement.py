"""Achievement: what can be earned (Open Badges 3.0, Achievement)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from obit_build.model.approver import Approver
from obit_build.model.profile import IdentifierEntry, ImageFile, Organization
from obit_build.model.words import (
    Duration,
    Language,
    Slug,
    Term,
    Text,
    Url,
    declare,
    place,
    places,
)
from obit_build.problems import Location

ACHIEVEMENT_TYPES = (
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree",
    "Award", "Badge", "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification",
    "CommunityService", "Competency", "Course", "CoCurricular", "Degree", "Diploma",
    "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate",
    "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential",
    "ResearchDoctorate", "SecondarySchoolDiploma",
)  # fmt: skip
TARGET_TYPES = (
    "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion",
    "CFRubricCriterionLevel", "CTDL",
)  # fmt: skip
RESULT_TYPES = (
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore",
    "RawScore", "Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore",
    "ScaledScore", "Status",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a person must show to earn the badge (Criteria)."""

    narrative: Text = declare("The criteria, in Markdown.", shorthand=True)
    url: Url | None = declare("A page that says more.", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """A link to an entry of a competency framework (Alignment)."""

    target_name: Text = declare(
        "The entry's title in the framework.", example="implement a firewall"
    )
    target_url: Url = declare("The entry's official address.")
    target_framework: str | None = declare("The framework's name.", default=None, example="ESCO")
    target_version: str | None = declare("The framework's version.", default=None, example="1.2.0")
    target_code: str | None = declare("The entry's code.", default=None)
    target_description: Text | None = declare("What the entry covers.", default=None)
    target_type: Term | None = declare(
        "The entry's kind: a word of the standard, or `ext:` and your own.",
        default=None,
        terms=TARGET_TYPES,
        example="ext:ESCOAlignment",
    )
    target_level: str | None = declare("The level within the entry.", default=None, example="e-2")
    checked: date | None = declare(
        "When somebody last compared this with the framework.", default=None, example="2026-11-01"
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricCriterionLevel:
    """One step of a rubric's scale (RubricCriterionLevel)."""

    id: Slug = declare("Its name in addresses, unique in the badge.", example="conception-autonome")
    name: Text = declare("Its title.", example="Autonome")
    level: str | None = declare("Its rank in the scale.", default=None)
    points: str | None = declare("The points it gives.", default=None)
    description: Text | None = declare("What this level looks like.", default=None)
    alignment: tuple[Alignment, ...] = declare("Framework entries.", default=())
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescription:
    """What can be measured: a mark, a status, a criterion with its levels (ResultDescription)."""

    id: Slug = declare("Its name in addresses, unique in the badge.", example="conception")
    name: Text = declare("Its title.")
    result_type: Term = declare("Its kind.", terms=RESULT_TYPES, example="RubricCriterionLevel")
    allowed_value: tuple[str, ...] = declare("The possible values, lowest first.", default=())
    value_min: str | None = declare("The lowest value.", default=None)
    value_max: str | None = declare("The highest value.", default=None)
    required_value: str | None = declare("The value needed to earn the badge.", default=None)
    required_level: Slug | None = declare("The level needed to earn the badge.", default=None)
    rubric_criterion_level: tuple[RubricCriterionLevel, ...] = declare(
        "The levels, lowest first.", default=()
    )
    weight: Decimal | None = declare("Its weight in per cent (shown on the page).", default=None)
    alignment: tuple[Alignment, ...] = declare("Framework entries.", default=())
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A former version of this badge, or its like on another site (Related)."""

    version: str | None = declare(
        "Its version; without url, a former one of this very badge.", default=None, shorthand=True
    )
    url: Url | None = declare("The id of an Achievement elsewhere.", default=None)
    in_language: Language | None = declare(
        "The language it is written in; a former version's is the same as this one's.",
        default=None,
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """A badge class: ``badges/<slug>/badge.yaml`` (Achievement)."""

    name: Text = declare("The badge's name.", example="Gestion de pare-feu")
    description: Text = declare("One sentence: what the holder can do.")
    criteria: Criteria = declare("What a person must show to earn it.")
    image: ImageFile = declare("The badge's picture, square.", example="image.svg")
    issuer: Slug | None = declare(
        "Who issues it: a folder of issuers/. Needed when there are several.", default=None
    )
    version: str = declare("Its version; a new meaning asks for a new one.", default="1")
    status: Literal["draft", "active", "retired"] = declare(
        "draft (can't be awarded yet), active, or retired (no new awards).", default="active"
    )
    achievement_type: Term = declare(
        "Its kind: a word of the standard, or `ext:` and your own.",
        default=Term("Badge"),
        terms=ACHIEVEMENT_TYPES,
    )
    creator: Slug | Organization | None = declare(
        "Who designed it: a folder of issuers/, or an organisation.", default=None
    )
    tag: tuple[Text, ...] = declare(
        "Keywords, each in one language or several.",
        default=(),
        example="[pare-feu, {fr: réseau, nl: netwerk, en: network}]",
        translated=False,
    )
    alignment: tuple[Alignment, ...] = declare("Entries of competency frameworks.", default=())
    result_description: tuple[ResultDescription, ...] = declare(
        "What is measured: marks, rubric criteria and their levels.", default=()
    )
    expires: Duration | None = declare("How long an award is valid.", default=None, example="P3Y")
    human_code: str | None = declare("Course code.", default=None)
    field_of_study: Text | None = declare("Field of study.", default=None)
    specialization: Text | None = declare("Specialization.", default=None)
    credits_available: Decimal | None = declare("Credits it can give.", default=None)
    other_identifier: tuple[IdentifierEntry, ...] = declare("Identifiers elsewhere.", default=())
    related: tuple[Related, ...] = declare(
        "Former versions, and the same badge elsewhere; other languages are named anyway.",
        default=(),
        example='["1"]',
    )
    hours: Decimal | None = declare(
        "Estimated workload in hours (shown on the page).", default=None
    )
    eqf_level: int | None = declare(
        "Indicative level of the European Qualifications Framework, 1 to 8.", default=None
    )
    participation: Text | None = declare("Form of participation (shown on the page).", default=None)
    assessment: Text | None = declare("How it is assessed (shown on the page).", default=None)
    supervision: Text | None = declare("Supervision and identity check.", default=None)
    quality_assurance: Text | None = declare("How quality is assured.", default=None)
    prerequisites: tuple[Slug, ...] = declare("Badges that help, or are needed, first.", default=())
    recognition: Literal["assessed", "claimed"] = declare(
        "assessed, or claimed by the person and endorsed by peers.", default="assessed"
    )
    approvers: tuple[Approver, ...] = declare(
        "Who approves awards of this badge, instead of the issuer's approvers. The short name alone is enough for one of those.",
        default=(),
        example="[jury-a]",
    )
    approvals: int | None = declare(
        "How many of them it takes; else as the issuer says. 0 asks for none.", default=None
    )
    approvers_hold_badge: bool | None = declare(
        "true counts only approvers who hold this badge; else as the issuer says.", default=None
    )
    slug: Slug = Slug("")
    location: Location = place()
    locations: Mapping[str, Location] = places()
