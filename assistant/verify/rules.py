"""The verifier by rules: the main path of verification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verify.align import Aligned, align, coverage
from assistant.verify.edits import check_edits, check_exchanged, check_mixed
from assistant.verify.facts import check_facts
from assistant.verify.material import ENUMERATOR, Material, Passage, plain, wording
from assistant.verify.names import check_names, latin_names
from assistant.verify.polarity import check_polarity
from assistant.verify.verdict import Context, Finding, Verdict
from corpus.normalise import is_english

_ENGLISH = "英文句只核对了数字、日期、外文名称和引号内的词。"


@dataclass(frozen=True, slots=True)
class Limits:
    """Least shares of content that must be found; chosen on the tune half of ``evals/perturb``.

    ``claim``: of the claim, in quotes and titles; ``quotes``: of the claim, in the quotes alone; ``clause``: of each.
    """

    claim: float = 0.55
    quotes: float = 0.35
    clause: float = 0.35


class RuleVerifier:
    """Verifies by comparing facts, names, polarity and wording; no model, no network, well under 10 ms a claim."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def verify(self, claim: str, quotes: Sequence[str], context: Context = Context()) -> Verdict:  # noqa: B008
        """The verdict on ``claim``, given the raw slices it cites (a table row after its header row)."""
        material = Material.of(quotes, context)
        folded = plain(claim)
        if not folded or not any(material.raw):
            return Verdict(supported=False, findings=(Finding("empty", claim, "没有可核对的句子或引文。"),))
        if material.contains(folded):
            return Verdict(supported=True)
        english = is_english(claim)
        findings = tuple(dict.fromkeys(self._findings(claim, folded, material, english=english)))
        return Verdict(not findings, findings, _ENGLISH if english else "")

    def _findings(self, claim: str, folded: str, material: Material, *, english: bool) -> Iterator[Finding]:
        passage = Passage.of(ENUMERATOR.sub("", folded))
        yield from check_facts(passage, material, english=english)
        if english:
            yield from latin_names(claim, material)
            return
        aligned = align(passage, material.quotes)
        yield from check_names(wording(passage, "、"), aligned, material)
        yield from check_polarity(aligned, material.context.text)
        yield from check_edits(aligned, material.known, material.context.text)
        yield from check_exchanged(passage.text, [quote.text for quote in material.quotes])
        yield from check_mixed(passage, material.quotes)
        yield from self._uncovered(passage, aligned, material)

    def _uncovered(self, claim: Passage, aligned: Sequence[Aligned], material: Material) -> Iterator[Finding]:
        """What is not said by the quotes; titles and headings may lend the subject, but no clause of their own."""
        words, quotes, known = wording(claim), material.bare, material.known
        if coverage(words, known) < self._limits.claim or coverage(words, quotes) < self._limits.quotes:
            yield Finding("coverage", claim.text, "这句话的内容大多不见于引文。")
            return
        for part in aligned:
            words = wording(Passage.of(part.clause.text))
            if len(re.findall(r"[\u3400-\u9fff]", words)) >= 4 and coverage(words, known) < self._limits.clause:
                yield Finding("coverage", part.clause.text, f"“{part.clause.text}”不见于引文。")
