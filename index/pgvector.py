"""Vectors in PostgreSQL with the extension pgvector: one table an access tier, an HNSW graph over each."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from corpus.errors import StateError
from index.legs import Scored, Vectors, VectorStore
from index.storage.catalog import TIERS
from index.storage.postgres import address, server_engine

_BATCH = 5_000
_POOL = 5
_SCHEMA = "dafu_vectors"
_SEEN = 100  # neighbours that a walk through the graph keeps; a search for more keeps as many as it wants


class PostgresVectors(VectorStore):
    """See ``VectorStore``. Vectors are kept at half precision, which halves table and graph.

    The extension's own Python package is not needed: a vector is written and read as text.
    """

    def __init__(self, url: str) -> None:
        """Keep the vectors in the database at ``url``, where the extension is installed or may be.

        Raises:
            InputError: the address is none, or psycopg is missing.
        """
        self._url = address(url, "vectors")
        self._engine = server_engine(self._url, {}, pool_size=_POOL, max_overflow=_POOL, pool_pre_ping=True)
        self._is_made = False
        self._making = threading.Lock()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction; the tables are made before the first."""
        with self._errors(), self._making:
            if not self._is_made:
                with self._engine.begin() as connection:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('dafu_vectors'))")
                    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
                    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
                self._is_made = True
        with self._errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            said = (str(error.orig).strip().splitlines() or [""])[0]
            where = f"{self._url.host or 'PostgreSQL'}/{self._url.database}"
            raise StateError(
                f"the vectors at {where} cannot be used ({said}); start PostgreSQL with pgvector, "
                "or correct the setting `vectors`"
            ) from error

    @staticmethod
    def _is_there(connection: Connection, tier: str) -> bool:
        return connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{_SCHEMA}.{tier}"}).scalar() is not None

    def search(self, vector: Vectors, k: int, tiers: Sequence[str]) -> list[Scored]:
        """See ``VectorStore``."""
        found: list[Scored] = []
        with self._begun() as connection:
            connection.exec_driver_sql(f"SET LOCAL hnsw.ef_search = {min(max(k, _SEEN), 1_000)}")
            for tier in tiers:
                if self._is_there(connection, tier):
                    asked = f"SELECT key, 1 - (vector <=> :of) FROM {_SCHEMA}.{tier} ORDER BY vector <=> :of LIMIT :k"  # noqa: S608 (our names)
                    rows = connection.execute(text(asked), {"of": _written(vector), "k": k})
                    found.extend(Scored(key, float(score)) for key, score in rows)
        return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]

    def put(self, tier: str, vectors: Mapping[str, Vectors]) -> None:
        """See ``VectorStore``."""
        if not vectors:
            return
        with self._begun() as connection:
            if not self._is_there(connection, tier):
                self._make(connection, tier, len(next(iter(vectors.values()))))
            rows = [{"key": key, "vector": _written(one)} for key, one in vectors.items()]
            said = f"INSERT INTO {_SCHEMA}.{tier} VALUES (:key, :vector) "  # noqa: S608 (our names)
            connection.execute(text(f"{said} ON CONFLICT (key) DO UPDATE SET vector = excluded.vector"), rows)

    @staticmethod
    def _make(connection: Connection, tier: str, dimensions: int) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('dafu_vectors'))")
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {_SCHEMA}.{tier} "
            f'(key text COLLATE "C" PRIMARY KEY, vector halfvec({dimensions}) NOT NULL)'
        )
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS {tier}_nearest ON {_SCHEMA}.{tier} USING hnsw (vector halfvec_cosine_ops)"
        )

    def drop(self, tier: str, keys: Iterable[str]) -> None:
        """See ``VectorStore``."""
        with self._begun() as connection:
            if self._is_there(connection, tier):
                statement = text(f"DELETE FROM {_SCHEMA}.{tier} WHERE key = ANY(:keys)")  # noqa: S608 (our names)
                connection.execute(statement, {"keys": list(keys)})

    def get(self, tier: str, keys: Iterable[str]) -> dict[str, Vectors]:
        """See ``VectorStore``."""
        with self._begun() as connection:
            if not self._is_there(connection, tier):
                return {}
            statement = text(f"SELECT key, vector::text FROM {_SCHEMA}.{tier} WHERE key = ANY(:keys)")  # noqa: S608
            rows = connection.execute(statement, {"keys": list(keys)})
            return {key: np.fromstring(found[1:-1], np.float32, sep=",") for key, found in rows}

    def keys(self, tier: str) -> set[str]:
        """See ``VectorStore``."""
        with self._begun() as connection:
            if not self._is_there(connection, tier):
                return set()
            return set(connection.execute(text(f"SELECT key FROM {_SCHEMA}.{tier}")).scalars())  # noqa: S608

    def clear(self) -> None:
        """See ``VectorStore``."""
        with self._begun() as connection:
            for tier in TIERS:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_SCHEMA}.{tier}")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _written(vector: Vectors) -> str:
    return f"[{','.join(map(str, np.asarray(vector, np.float32)))}]"
