BEGIN TRANSACTION;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT NOT NULL, tier TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    page INTEGER
);
INSERT INTO "chunks" VALUES(4,'b#b7b06028682448b5','b','public',6,15,'[]','道路办法','新建道路十二公里。',NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    declared TEXT NOT NULL, metadata TEXT NOT NULL, version TEXT NOT NULL, words TEXT NOT NULL, synced TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1, withdrawn TEXT, access TEXT, edits TEXT NOT NULL DEFAULT '{}', replaced_by TEXT
) WITHOUT ROWID;
INSERT INTO "documents" VALUES('a','a.txt','/papers','8754cc45621178a6b8974ad4990bd2f09f411c0221d4a7a981d0e9f5f3ad6bd0','public','{"title": "渔业办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','{"title": "渔业办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','8754cc456211','1d07735b5a26e636e1fd12073aa4d560','2026-11-30T03:54:20Z',1,'2026-11-30T03:54:20Z',NULL,'{}',NULL);
INSERT INTO "documents" VALUES('b','b.txt','/papers','3937bbf1de7e2f95553507bf4c594b2700e0e016f9234fbf75df365f0e6dc396','public','{"title": "道路办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','{"title": "道路办法", "kind": "document", "doc_no": "", "issuer": "交通局", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": ["a"], "superseded_by": "", "superseded_on": ""}','3937bbf1de7e','658660f856844bb62979abb7c69e8ec5','2026-11-30T03:54:19Z',1,NULL,NULL,'{"issuer": "交通局", "supersedes": ["a"]}',NULL);
CREATE TABLE events (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
    detail TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'a','2026-11-30T03:54:18Z','added','','','7930511f55ce');
INSERT INTO "events" VALUES(2,'b','2026-11-30T03:54:18Z','added','','','3937bbf1de7e');
INSERT INTO "events" VALUES(3,'a','2026-11-30T03:54:19Z','changed','','','8754cc456211');
INSERT INTO "events" VALUES(4,'b','2026-11-30T03:54:19Z','metadata','li','issuer, supersedes','3937bbf1de7e');
INSERT INTO "events" VALUES(5,'a','2026-11-30T03:54:20Z','withdrawn','li','x','8754cc456211');
CREATE TABLE failures (
    path TEXT PRIMARY KEY, reason TEXT NOT NULL, code TEXT NOT NULL, facts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lengths_internal (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL);
CREATE TABLE lengths_public (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL);
INSERT INTO "lengths_public" VALUES(4,7);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('chunker','4');
INSERT INTO "meta" VALUES('clearing','');
INSERT INTO "meta" VALUES('fingerprint','hash-bigrams/64 chunker/4');
INSERT INTO "meta" VALUES('generation','7');
INSERT INTO "meta" VALUES('reader','4');
INSERT INTO "meta" VALUES('synced','2026-11-30T03:54:19Z');
CREATE TABLE postings_internal (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
CREATE TABLE postings_public (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
INSERT INTO "postings_public" VALUES('二',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('二公',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('公',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('公里',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('办',0,X'0400000000010700');
INSERT INTO "postings_public" VALUES('办法',0,X'0400000000010700');
INSERT INTO "postings_public" VALUES('十',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('十二',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('建',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('建道',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('新',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('新建',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('法',0,X'0400000000010700');
INSERT INTO "postings_public" VALUES('路',0,X'0400000001010700');
INSERT INTO "postings_public" VALUES('路办',0,X'0400000000010700');
INSERT INTO "postings_public" VALUES('路十',0,X'0400000001000700');
INSERT INTO "postings_public" VALUES('道',0,X'0400000001010700');
INSERT INTO "postings_public" VALUES('道路',0,X'0400000001010700');
INSERT INTO "postings_public" VALUES('里',0,X'0400000001000700');
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
INSERT INTO "sources" VALUES(1,'/papers');
CREATE TABLE versions (
    document TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, layout TEXT NOT NULL, text TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (document, version)
);
INSERT INTO "versions" VALUES('a','7930511f55ce',1,'a.txt','{"title": "渔业办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}',0,'{"pages": [], "left_out": []}','渔业办法

每亩补贴三百元，按季度发放。
','2026-11-30T03:54:18Z');
INSERT INTO "versions" VALUES('b','3937bbf1de7e',1,'b.txt','{"title": "道路办法", "kind": "document", "doc_no": "", "issuer": "交通局", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": ["a"], "superseded_by": "", "superseded_on": ""}',0,'{"pages": [], "left_out": []}','道路办法

新建道路十二公里。
','2026-11-30T03:54:18Z');
INSERT INTO "versions" VALUES('a','8754cc456211',2,'a.txt','{"title": "渔业办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}',0,'{"pages": [], "left_out": []}','渔业办法

每亩补贴五百元，按月发放。
','2026-11-30T03:54:19Z');
CREATE INDEX events_document ON events (document);
CREATE INDEX chunks_document ON chunks (document);
COMMIT;
PRAGMA user_version = 3;
