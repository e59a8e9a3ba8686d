BEGIN TRANSACTION;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT NOT NULL, tier TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    page INTEGER
);
INSERT INTO "chunks" VALUES(4,'渔业管理办法#1e32c75141ce05a1','渔业管理办法','public',8,24,'["第一条"]','渔业管理办法 第一条','第一条 渔船年审费为每年三百元。',NULL);
INSERT INTO "chunks" VALUES(5,'渔业管理办法#c069fdeb487024cc','渔业管理办法','public',26,41,'["第二条"]','渔业管理办法 第二条','第二条 渔船应当每年检验一次。',NULL);
INSERT INTO "chunks" VALUES(6,'道路建设答复#471d9148a94bf113','道路建设答复','public',71,100,'[]','关于道路建设建议的答复','一、新建道路十二公里，由交通局负责。二、维修桥梁三座。',NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    declared TEXT NOT NULL, metadata TEXT NOT NULL, version TEXT NOT NULL, words TEXT NOT NULL, synced TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1, withdrawn TEXT, access TEXT, edits TEXT NOT NULL DEFAULT '{}', replaced_by TEXT
) WITHOUT ROWID;
INSERT INTO "documents" VALUES('渔业管理办法','渔业管理办法.txt','/papers','5b02f96243b3ff95a6ff196f5ba1e48647cd519476a2e0485971e47825badfdf','public','{"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','{"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','5b02f96243b3','ac77fd9204748915ddc778197de5515d','2026-11-30T10:09:11Z',1,NULL,NULL,'{}',NULL);
INSERT INTO "documents" VALUES('道路建设答复','道路建设答复.md','/papers','039e9bf8459a48df0a7baafe339bcfb7edbc14976eb9642bcefa8afeb77a5318','public','{"title": "关于道路建设建议的答复", "kind": "reply", "doc_no": "", "issuer": "交通局", "issued": "2025-06-01", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','{"title": "关于道路建设建议的答复", "kind": "reply", "doc_no": "", "issuer": "交通运输局", "issued": "2025-06-01", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}','039e9bf8459a','25246fcbcc39b6e8d03897081a705dce','2026-11-30T10:09:50Z',1,NULL,NULL,'{"issuer": "交通运输局"}',NULL);
CREATE TABLE events (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
    detail TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'渔业管理办法','2026-11-30T10:09:04Z','added','','','c407e6fd9aac');
INSERT INTO "events" VALUES(2,'道路建设答复','2026-11-30T10:09:04Z','added','','','039e9bf8459a');
INSERT INTO "events" VALUES(3,'渔业管理办法','2026-11-30T10:09:11Z','changed','','','5b02f96243b3');
INSERT INTO "events" VALUES(4,'道路建设答复','2026-11-30T10:09:50Z','metadata','li','issuer','039e9bf8459a');
CREATE TABLE failures (
    path TEXT PRIMARY KEY, reason TEXT NOT NULL, code TEXT NOT NULL, facts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lengths_internal (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL);
CREATE TABLE lengths_public (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL);
INSERT INTO "lengths_public" VALUES(4,12);
INSERT INTO "lengths_public" VALUES(5,11);
INSERT INTO "lengths_public" VALUES(6,19);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('chunker','2');
INSERT INTO "meta" VALUES('clearing','');
INSERT INTO "meta" VALUES('fingerprint','multilingual-e5-small-q4@1571fc98/384/bf16/5b8c chunker/2');
INSERT INTO "meta" VALUES('generation','4');
INSERT INTO "meta" VALUES('synced','2026-11-30T10:09:11Z');
CREATE TABLE postings_internal (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
CREATE TABLE postings_public (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
INSERT INTO "postings_public" VALUES('一',0,X'0400000001010C000500000001000B000600000001001300');
INSERT INTO "postings_public" VALUES('一条',0,X'0400000001010C00');
INSERT INTO "postings_public" VALUES('一次',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('三',0,X'0400000001000C000600000001001300');
INSERT INTO "postings_public" VALUES('三座',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('三百',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('业',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('业管',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('为',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('为每',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('二',0,X'0500000001010B000600000002001300');
INSERT INTO "postings_public" VALUES('二公',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('二条',0,X'0500000001010B00');
INSERT INTO "postings_public" VALUES('于',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('于道',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('交',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('交通',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('修',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('修桥',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('元',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('公',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('公里',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('关',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('关于',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('办',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('办法',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('十',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('十二',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('复',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('审',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('审费',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('局',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('局负',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('年',0,X'0400000002000C000500000001000B00');
INSERT INTO "postings_public" VALUES('年三',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('年审',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('年检',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('应',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('应当',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('座',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('建',0,X'0600000001011300');
INSERT INTO "postings_public" VALUES('建议',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('建设',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('建道',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('当',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('当每',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('新',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('新建',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('条',0,X'0400000001010C000500000001010B00');
INSERT INTO "postings_public" VALUES('桥',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('桥梁',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('梁',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('梁三',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('检',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('检验',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('次',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('每',0,X'0400000001000C000500000001000B00');
INSERT INTO "postings_public" VALUES('每年',0,X'0400000001000C000500000001000B00');
INSERT INTO "postings_public" VALUES('法',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('渔',0,X'0400000001010C000500000001010B00');
INSERT INTO "postings_public" VALUES('渔业',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('渔船',0,X'0400000001000C000500000001000B00');
INSERT INTO "postings_public" VALUES('理',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('理办',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('由',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('由交',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('百',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('百元',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('的',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('的答',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('第',0,X'0400000001010C000500000001010B00');
INSERT INTO "postings_public" VALUES('第一',0,X'0400000001010C00');
INSERT INTO "postings_public" VALUES('第二',0,X'0500000001010B00');
INSERT INTO "postings_public" VALUES('答',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('答复',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('管',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('管理',0,X'0400000000010C000500000000010B00');
INSERT INTO "postings_public" VALUES('维',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('维修',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('船',0,X'0400000001000C000500000001000B00');
INSERT INTO "postings_public" VALUES('船年',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('船应',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('议',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('议的',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('设',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('设建',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('负',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('负责',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('责',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('费',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('费为',0,X'0400000001000C00');
INSERT INTO "postings_public" VALUES('路',0,X'0600000001011300');
INSERT INTO "postings_public" VALUES('路十',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('路建',0,X'0600000000011300');
INSERT INTO "postings_public" VALUES('通',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('通局',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('道',0,X'0600000001011300');
INSERT INTO "postings_public" VALUES('道路',0,X'0600000001011300');
INSERT INTO "postings_public" VALUES('里',0,X'0600000001001300');
INSERT INTO "postings_public" VALUES('验',0,X'0500000001000B00');
INSERT INTO "postings_public" VALUES('验一',0,X'0500000001000B00');
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
INSERT INTO "sources" VALUES(1,'/papers');
CREATE TABLE versions (
    document TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, layout TEXT NOT NULL, text TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (document, version)
);
INSERT INTO "versions" VALUES('渔业管理办法','c407e6fd9aac',1,'渔业管理办法.txt','{"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}',0,'{"pages": []}','渔业管理办法

第一条 渔船年审费为每年二百元。

第二条 渔船应当每年检验一次。
','2026-11-30T10:09:04Z');
INSERT INTO "versions" VALUES('道路建设答复','039e9bf8459a',1,'道路建设答复.md','{"title": "关于道路建设建议的答复", "kind": "reply", "doc_no": "", "issuer": "交通运输局", "issued": "2025-06-01", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}',70,'{"pages": []}','---
title: 关于道路建设建议的答复
kind: reply
issuer: 交通局
issued: 2025-06-01
---

一、新建道路十二公里，由交通局负责。

二、维修桥梁三座。
','2026-11-30T10:09:04Z');
INSERT INTO "versions" VALUES('渔业管理办法','5b02f96243b3',2,'渔业管理办法.txt','{"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}',0,'{"pages": []}','渔业管理办法

第一条 渔船年审费为每年三百元。

第二条 渔船应当每年检验一次。
','2026-11-30T10:09:11Z');
CREATE INDEX events_document ON events (document);
CREATE INDEX chunks_document ON chunks (document);
COMMIT;
PRAGMA user_version = 3;
