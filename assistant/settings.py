"""One frozen settings object: command line, then ``DAFU_*``, then ``settings.toml`` in the home, then defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from assistant.choices import GeneratorName, ReaderName
from corpus import limits
from corpus.errors import InputError
from index.models import default_models_dir


class Settings(BaseModel):
    """Everything that can be set. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="where index and records live")
    database: str = Field(
        "",
        repr=False,
        description="address of PostgreSQL that keeps catalog and records (postgresql://…); empty: in the home",
    )
    vectors: str = Field(
        "",
        repr=False,
        description="where vectors are kept: a Chroma server (http://…), PostgreSQL with pgvector (postgresql://…); "
        "empty: in the home",
    )
    models: Path = Field(description="where models live, shared by all homes")
    encoder: str = Field(
        "default",
        description="a sentence-transformers folder or name; `none` for keywords alone",
    )
    reader: ReaderName = Field("auto", description="who reads the nearest passages")
    generator: GeneratorName = Field("auto", description="who words the answer")
    llm: Literal["on", "off"] = Field("on", description="`off` never prepares or starts a language model")
    local_model: Path | None = Field(None, description="another GGUF file for the local generator")
    endpoint_url: str = Field("", description="base URL of an OpenAI-compatible server")
    endpoint_model: str = Field("", description="the model's name there")
    endpoint_key: str = Field("", repr=False, description="its key")
    host: str = Field("127.0.0.1", description="address that `dafu serve` listens on")
    port: int = Field(7860, ge=0, le=65535, description="its port; 0 takes a free one")
    watch: Literal["on", "off"] = Field("on", description="`off` keeps `dafu serve` from following its folders")
    log: Literal["off", "events", "questions"] = Field(
        "events", description="what `dafu serve` logs: JSON lines without what people ask, with it, or warnings alone"
    )
    tls_cert: Path | None = Field(None, description="certificate (PEM) with which `dafu serve` encrypts")
    tls_key: Path | None = Field(None, description="the certificate's key (PEM, without a password)")
    public_url: str = Field("", description="address under which people reach the page; mails lead to it")
    smtp_url: str = Field(
        "",
        repr=False,
        description="mail server that tells askers of staff's answers (smtps://user:password@host:465, or "
        "smtp://host:587 with STARTTLS); empty: none is told",
    )
    mail_from: str = Field("", description="who those mails come from")
    behind_proxy: str = Field("", description="addresses of the proxy that encrypts for `dafu serve`, comma-separated")
    draft_template: Path | None = Field(None, description="a letter template, not templates/reply.jinja in the home")
    office_name: str = Field("", description="the office that answers (承办单位), for the signature of drafts")
    office_own: str = Field("我单位", description="how it speaks of itself in drafts, such as 我局")
    office_contact: str = Field("", description="who is to be asked about a reply (联系人)")
    office_phone: str = Field("", description="that person's telephone number")
    office_category: str = Field("", description="category (A to D) printed on drafts; empty leaves a blank to fill in")
    office_disclosure: str = Field("", description="公开属性 printed on drafts; empty leaves a blank to fill in")
    second_approver: bool = Field(default=False, description="staff answers need approval by a second person")
    keep_conversations: int = Field(
        0, ge=0, description="days a conversation is kept after its last change; 0: for good"
    )
    keep_drafts: int = Field(0, ge=0, description="days a removed draft is kept; 0: for good")
    keep_uploads: int = Field(0, ge=0, description="days a file waits to be taken in; 0: for good")
    keep_audit: int = Field(0, ge=0, description="days of the audit log, at least 183; 0: for good")
    threads: int = Field(0, ge=0, description="processor threads of the models; 0 takes all cores")

    @field_validator("keep_audit")
    @classmethod
    def _long_enough(cls, days: int) -> int:
        if 0 < days < limits.AUDIT_DAYS:
            raise ValueError(f"the audit log is kept for at least {limits.AUDIT_DAYS} days")
        return days


def load_settings(given: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Settings from what the command line gave (``None`` means not given), the environment and the home's file.

    Raises:
        InputError: a key is unknown or a value does not fit, named with where it was found.
    """
    flags = {key: value for key, value in given.items() if value is not None}
    variables = {
        key: environ[f"DAFU_{key.upper()}"] for key in Settings.model_fields if environ.get(f"DAFU_{key.upper()}")
    }
    home = Path(flags.get("home") or variables.get("home") or user_data_path("dafu")).expanduser()
    defaults = {"home": home, "models": default_models_dir(environ)}
    filed = _from_file(home / "settings.toml")
    try:
        return Settings.model_validate({**defaults, **filed, **variables, **flags, "home": home})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        where = f"DAFU_{name.upper()}" if name in variables else f"{name!r} in {home / 'settings.toml'}"
        raise InputError(_wrong(name, f"--{name}" if name in flags else where, first)) from error


def _wrong(name: str, where: str, error: ErrorDetails) -> str:
    """What is wrong with a setting, and its cure."""
    known = Settings.model_fields.get(name)
    if known is None:
        near = get_close_matches(name, Settings.model_fields) or sorted(Settings.model_fields)
        return f"there is no setting {where}; there are {', '.join(near)}"
    given = f" cannot be {error['input']!r}" if known.repr else ""  # some hold a password
    return f"{where}{given}: {error['msg'].removeprefix('Value error, ')} ({known.description})"


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}; mend the line or delete the file") from error
