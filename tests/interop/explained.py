"""Where another implementation differs from obit, and why: the sentences of the reference page.

A test counts a difference as explained only if it is the one that its sentence tells of.
"""

NO_SCHEMA = "fetches 1EdTech's JSON Schema, which is in no package registry; its check of form is not judged"
NOT_YET_IN_FORCE = (
    "says nothing of a credential before its first day; its signature is judged at that day instead"
)
LIST_NOT_A_JWT = "reads the bits of a status list, but checks the list's signature only if the list is a JWT; here the list's proof is handed to it separately"
PROOF_IN_A_LIST = "does not find a proof inside a list, which is how obit writes it (the strict JSON Schema of Open Badges wants a list); here each proof is taken out of the list and judged by itself"
GEO = 'refuses every credential with coordinates: the context of Open Badges gives "geo" and "GeoCoordinates" the same meaning, and it takes the one for a misspelling of the other'
NO_SUBJECT_CLAIM = 'writes no "sub" into a JWT whose subject has no id; Open Badges 3.0, 8.2.4.1, asks for it, and obit refuses the token'
CREDENTIAL_IN_A_CLAIM = 'knows a credential in a JWT only as the claim "vc"; Open Badges 3.0 and VC 2.0 want it to be the payload, so each refuses the tokens of the other'
KEY_OF_KID = 'looks for the key of a JWT in the DID document only; Open Badges 3.0 lets "kid" be the address of a JWK, which is what the 1EdTech validator reads; here the key is fetched from there'
SORTS_BY_CODE_UNITS = "sorts by UTF-16 code units, RDFC-1.0 by code points; obit signs no text on which the two differ"
NONCHARACTERS = (
    "does not escape U+FFFE and U+FFFF as RDFC-1.0 asks; obit signs no text that holds them"
)
LANGUAGE_CASE = "keeps capital letters of language tags, which obit's engine makes small (RDF 1.1 allows both); obit signs no language tags"
INLINE_CONTEXT = "takes a context written out inside a document as long as it redefines no protected term; obit takes none (VC 2.0 lets a verifier refuse contexts that it does not know)"
REBINDS_PREFIX = "gives the prefix of Open Badges 3.0 another meaning when it bakes into an SVG, so that a 3.0 credential in there is lost; in a PNG it stays"
ASSOCIATION = "refuses every learner record with achievements or associations of its own: the context of CLR gives both a type that their values never have, and it takes that for a misspelling"
NO_RECORDS = "has no context of CLR 2.0 where it verifies, so that it can't judge learner records"
