BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	object VARCHAR NOT NULL, 
	detail JSON NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-30T10:09:12.031696+00:00','','user.add','user:wang','{"role": "admin"}');
INSERT INTO "audit" VALUES(2,'2026-11-30T10:09:12.920078+00:00','wang','user.add','user:li','{"role": "staff"}');
INSERT INTO "audit" VALUES(3,'2026-11-30T10:09:13.279193+00:00','wang','user.add','user:chen','{"role": "representative"}');
INSERT INTO "audit" VALUES(4,'2026-11-30T10:09:13.299823+00:00','wang','token.issue','user:li','{"token": "f9bba5052a4748df"}');
INSERT INTO "audit" VALUES(5,'2026-11-30T10:09:26.722140+00:00','chen','handover.give','handover:5fe4b66ebf810313','{}');
INSERT INTO "audit" VALUES(6,'2026-11-30T10:09:26.732175+00:00','li','review.begin','review:4f368d0bfa001a5f','{}');
INSERT INTO "audit" VALUES(7,'2026-11-30T10:09:26.739528+00:00','wang','review.approve','review:4f368d0bfa001a5f','{"text": "没有这样的预算；已有的是新建道路十二公里[1]。", "citations": [{"document": "道路建设答复", "start": 73, "end": 81, "quote": "新建道路十二公里", "version": "039e9bf8459a"}]}');
INSERT INTO "audit" VALUES(8,'2026-11-30T10:09:26.796689+00:00','li','draft.new','draft:32eb4813f2afc9ef','{"title": "关于加强渔船检验的建议"}');
CREATE TABLE candidates (
	id VARCHAR NOT NULL, 
	origin VARCHAR NOT NULL, 
	"case" JSON NOT NULL, 
	state VARCHAR NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (origin)
);
CREATE TABLE conversations (
	id VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	unread BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(owner) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "conversations" VALUES('24f83e1e85b4574c','71548f814854c31c','渔船年审费是每年多少元？','2026-11-30T10:09:13.342837+00:00','2026-11-30T10:09:26.739759+00:00',1);
CREATE TABLE document_versions (
	document VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	tier VARCHAR NOT NULL, 
	body JSON NOT NULL, 
	kept VARCHAR NOT NULL, 
	PRIMARY KEY (document, version)
);
INSERT INTO "document_versions" VALUES('渔业管理办法','c407e6fd9aac','public','{"id": "渔业管理办法", "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "text": "渔业管理办法\n\n第一条 渔船年审费为每年二百元。\n\n第二条 渔船应当每年检验一次。\n", "body": 0, "pages": []}','2026-11-30T10:09:13.394249+00:00');
INSERT INTO "document_versions" VALUES('道路建设答复','039e9bf8459a','public','{"id": "道路建设答复", "path": "道路建设答复.md", "metadata": {"title": "关于道路建设建议的答复", "kind": "reply", "doc_no": "", "issuer": "交通局", "issued": "2025-06-01", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "text": "---\ntitle: 关于道路建设建议的答复\nkind: reply\nissuer: 交通局\nissued: 2025-06-01\n---\n\n一、新建道路十二公里，由交通局负责。\n\n二、维修桥梁三座。\n", "body": 70, "pages": []}','2026-11-30T10:09:24.291960+00:00');
INSERT INTO "document_versions" VALUES('渔业管理办法','5b02f96243b3','public','{"id": "渔业管理办法", "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "text": "渔业管理办法\n\n第一条 渔船年审费为每年三百元。\n\n第二条 渔船应当每年检验一次。\n", "body": 0, "pages": []}','2026-11-30T10:09:26.652130+00:00');
CREATE TABLE draft_versions (
	draft VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	body JSON NOT NULL, 
	author VARCHAR NOT NULL, 
	saved VARCHAR NOT NULL, 
	PRIMARY KEY (draft, revision), 
	FOREIGN KEY(draft) REFERENCES drafts (id) ON DELETE CASCADE
);
INSERT INTO "draft_versions" VALUES('32eb4813f2afc9ef',1,'关于加强渔船检验的建议','{"suggestion": {"text": "关于加强渔船检验的建议\n\n建议人：陈代表\n\n一、公布渔船年审费标准。\n\n二、明确渔船检验周期。\n", "title": "关于加强渔船检验的建议", "number": "", "session": "", "date": "", "representatives": ["陈代表"], "requests": [{"id": 1, "title": "公布渔船年审费标准", "text": "一、公布渔船年审费标准。"}, {"id": 2, "title": "明确渔船检验周期", "text": "二、明确渔船检验周期。"}]}, "letter": null, "aside": [], "assigned": "", "months": 3, "signed": null}','li','2026-11-30T10:09:26.793577+00:00');
INSERT INTO "draft_versions" VALUES('32eb4813f2afc9ef',2,'关于加强渔船检验的建议','{"suggestion": {"text": "关于加强渔船检验的建议\n\n建议人：陈代表\n\n一、公布渔船年审费标准。\n\n二、明确渔船检验周期。\n", "title": "关于加强渔船检验的建议", "number": "", "session": "", "date": "", "representatives": ["陈代表"], "requests": [{"id": 1, "title": "公布渔船年审费标准", "text": "一、公布渔船年审费标准。"}, {"id": 2, "title": "明确渔船检验周期", "text": "二、明确渔船检验周期。"}]}, "letter": {"suggestion": {"text": "关于加强渔船检验的建议\n\n建议人：陈代表\n\n一、公布渔船年审费标准。\n\n二、明确渔船检验周期。\n", "title": "关于加强渔船检验的建议", "number": "", "session": "", "date": "", "representatives": ["陈代表"], "requests": [{"id": 1, "title": "公布渔船年审费标准", "text": "一、公布渔船年审费标准。"}, {"id": 2, "title": "明确渔船检验周期", "text": "二、明确渔船检验周期。"}]}, "paragraphs": [{"style": "meta", "sentences": [{"id": 6, "kind": "stock", "text": "答复类别：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 7, "kind": "field", "text": "〔A、B、C、D，请选填〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "title", "sentences": [{"id": 8, "kind": "stock", "text": "关于", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 9, "kind": "field", "text": "〔届次〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 10, "kind": "stock", "text": "第", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 11, "kind": "field", "text": "〔建议编号〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 12, "kind": "stock", "text": "号建议的答复", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "to", "sentences": [{"id": 13, "kind": "stock", "text": "尊敬的陈代表代表：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 14, "kind": "stock", "text": "您提出的“关于加强渔船检验的建议”已收悉，非常感谢您对渔船检验工作的关心和支持！您的建议围绕公布渔船年审费标准、明确渔船检验周期等方面，有调研、有思考，对我们改进工作很有帮助。结合我单位职能及工作实际，现答复如下：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 4, "kind": "blank", "text": "〔请补充：相关工作的总体情况〕", "cites": [], "verdict": "none", "remarks": [{"kind": "blank", "words": "", "reason": "资料中没有找到，不作推断，请承办单位填写。"}], "proved": false, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "h1", "sentences": [{"id": 15, "kind": "stock", "text": "一、关于公布渔船年审费标准", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 1, "notes": []}, {"style": "body", "sentences": [{"id": 1, "kind": "claim", "text": "第一条 渔船年审费为每年三百元。", "cites": [{"quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第一条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 1, "notes": []}, {"style": "h1", "sentences": [{"id": 16, "kind": "stock", "text": "二、关于明确渔船检验周期", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 2, "notes": []}, {"style": "body", "sentences": [{"id": 2, "kind": "claim", "text": "第一条 渔船年审费为每年三百元。", "cites": [{"quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第一条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": "一是"}, {"id": 3, "kind": "claim", "text": "第二条 渔船应当每年检验一次。", "cites": [{"quote": {"document": "渔业管理办法", "start": 26, "end": 41, "text": "第二条 渔船应当每年检验一次。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第二条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": "二是"}], "request": 2, "notes": []}, {"style": "body", "sentences": [{"id": 17, "kind": "stock", "text": "下一步，", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 5, "kind": "blank", "text": "〔请补充：下一步工作安排〕", "cites": [], "verdict": "none", "remarks": [{"kind": "blank", "words": "", "reason": "资料中没有找到，不作推断，请承办单位填写。"}], "proved": false, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 18, "kind": "stock", "text": "感谢您对渔船检验工作提出的宝贵意见！我们将认真研究吸纳，也欢迎您继续关心和监督我们的工作。", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "sign", "sentences": [{"id": 19, "kind": "field", "text": "〔承办单位名称〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "date", "sentences": [{"id": 20, "kind": "field", "text": "〔成文日期〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "note", "sentences": [{"id": 21, "kind": "stock", "text": "（联系人：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 22, "kind": "field", "text": "〔姓名〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 23, "kind": "stock", "text": "，联系电话：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 24, "kind": "field", "text": "〔电话〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 25, "kind": "stock", "text": "）", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "note", "sentences": [{"id": 26, "kind": "stock", "text": "公开属性：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 27, "kind": "field", "text": "〔主动公开、依申请公开或不予公开，请选填〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}], "generator": "extractive", "as_of": "2026-11-25", "ai_note": "本稿由程序辅助起草（逐句摘自原文，未使用语言模型），签发前请逐句核对。", "aside": []}, "aside": [], "assigned": "", "months": 3, "signed": null}','li','2026-11-30T10:09:45.966735+00:00');
CREATE TABLE drafts (
	id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	body JSON NOT NULL, 
	revision INTEGER NOT NULL, 
	holder VARCHAR NOT NULL, 
	held VARCHAR, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	removed VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "drafts" VALUES('32eb4813f2afc9ef','关于加强渔船检验的建议','li','{"suggestion": {"text": "关于加强渔船检验的建议\n\n建议人：陈代表\n\n一、公布渔船年审费标准。\n\n二、明确渔船检验周期。\n", "title": "关于加强渔船检验的建议", "number": "", "session": "", "date": "", "representatives": ["陈代表"], "requests": [{"id": 1, "title": "公布渔船年审费标准", "text": "一、公布渔船年审费标准。"}, {"id": 2, "title": "明确渔船检验周期", "text": "二、明确渔船检验周期。"}]}, "letter": {"suggestion": {"text": "关于加强渔船检验的建议\n\n建议人：陈代表\n\n一、公布渔船年审费标准。\n\n二、明确渔船检验周期。\n", "title": "关于加强渔船检验的建议", "number": "", "session": "", "date": "", "representatives": ["陈代表"], "requests": [{"id": 1, "title": "公布渔船年审费标准", "text": "一、公布渔船年审费标准。"}, {"id": 2, "title": "明确渔船检验周期", "text": "二、明确渔船检验周期。"}]}, "paragraphs": [{"style": "meta", "sentences": [{"id": 6, "kind": "stock", "text": "答复类别：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 7, "kind": "field", "text": "〔A、B、C、D，请选填〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "title", "sentences": [{"id": 8, "kind": "stock", "text": "关于", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 9, "kind": "field", "text": "〔届次〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 10, "kind": "stock", "text": "第", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 11, "kind": "field", "text": "〔建议编号〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 12, "kind": "stock", "text": "号建议的答复", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "to", "sentences": [{"id": 13, "kind": "stock", "text": "尊敬的陈代表代表：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 14, "kind": "stock", "text": "您提出的“关于加强渔船检验的建议”已收悉，非常感谢您对渔船检验工作的关心和支持！您的建议围绕公布渔船年审费标准、明确渔船检验周期等方面，有调研、有思考，对我们改进工作很有帮助。结合我单位职能及工作实际，现答复如下：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 4, "kind": "blank", "text": "〔请补充：相关工作的总体情况〕", "cites": [], "verdict": "none", "remarks": [{"kind": "blank", "words": "", "reason": "资料中没有找到，不作推断，请承办单位填写。"}], "proved": false, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "h1", "sentences": [{"id": 15, "kind": "stock", "text": "一、关于公布渔船年审费标准", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 1, "notes": []}, {"style": "body", "sentences": [{"id": 1, "kind": "claim", "text": "第一条 渔船年审费为每年三百元。", "cites": [{"quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第一条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 1, "notes": []}, {"style": "h1", "sentences": [{"id": 16, "kind": "stock", "text": "二、关于明确渔船检验周期", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 2, "notes": []}, {"style": "body", "sentences": [{"id": 2, "kind": "claim", "text": "第一条 渔船年审费为每年三百元。", "cites": [{"quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第一条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": "一是"}, {"id": 3, "kind": "claim", "text": "第二条 渔船应当每年检验一次。", "cites": [{"quote": {"document": "渔业管理办法", "start": 26, "end": 41, "text": "第二条 渔船应当每年检验一次。"}, "path": "渔业管理办法.txt", "metadata": {"title": "渔业管理办法", "kind": "document", "doc_no": "", "issuer": "", "issued": "", "effective": "", "expires": "", "status": "", "access": "public", "as_of": "", "source": "", "addressees": [], "recipients": [], "suggestion": "", "attachments": [], "supersedes": [], "superseded_by": "", "superseded_on": ""}, "version": "5b02f96243b3", "heading": ["第二条"], "page": null}], "verdict": "ok", "remarks": [], "proved": true, "confirmed": "", "lead": "二是"}], "request": 2, "notes": []}, {"style": "body", "sentences": [{"id": 17, "kind": "stock", "text": "下一步，", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 5, "kind": "blank", "text": "〔请补充：下一步工作安排〕", "cites": [], "verdict": "none", "remarks": [{"kind": "blank", "words": "", "reason": "资料中没有找到，不作推断，请承办单位填写。"}], "proved": false, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "body", "sentences": [{"id": 18, "kind": "stock", "text": "感谢您对渔船检验工作提出的宝贵意见！我们将认真研究吸纳，也欢迎您继续关心和监督我们的工作。", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "sign", "sentences": [{"id": 19, "kind": "field", "text": "〔承办单位名称〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "date", "sentences": [{"id": 20, "kind": "field", "text": "〔成文日期〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "note", "sentences": [{"id": 21, "kind": "stock", "text": "（联系人：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 22, "kind": "field", "text": "〔姓名〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 23, "kind": "stock", "text": "，联系电话：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 24, "kind": "field", "text": "〔电话〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 25, "kind": "stock", "text": "）", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}, {"style": "note", "sentences": [{"id": 26, "kind": "stock", "text": "公开属性：", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}, {"id": 27, "kind": "field", "text": "〔主动公开、依申请公开或不予公开，请选填〕", "cites": [], "verdict": "stock", "remarks": [], "proved": true, "confirmed": "", "lead": ""}], "request": 0, "notes": []}], "generator": "extractive", "as_of": "2026-11-25", "ai_note": "本稿由程序辅助起草（逐句摘自原文，未使用语言模型），签发前请逐句核对。", "aside": []}, "aside": [], "assigned": "", "months": 3, "signed": null}',2,'li','2026-11-30T10:09:45.963617+00:00','2026-11-30T10:09:26.789910+00:00','2026-11-30T10:09:45.963617+00:00',NULL);
CREATE TABLE failures (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE feedback (
	id VARCHAR NOT NULL, 
	turn VARCHAR, 
	person VARCHAR, 
	verdict VARCHAR NOT NULL, 
	reasons JSON NOT NULL, 
	text VARCHAR NOT NULL, 
	asked JSON NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT feedback_once UNIQUE (turn, person), 
	FOREIGN KEY(turn) REFERENCES turns (id) ON DELETE SET NULL, 
	FOREIGN KEY(person) REFERENCES users (id) ON DELETE SET NULL
);
INSERT INTO "feedback" VALUES('4c304d32aea329f2','65cff03f95b90389','71548f814854c31c','down','["answer_wrong"]','少了依据','{"question": "渔船年审费是每年多少元？", "standalone": "渔船年审费是每年多少元？", "answer": {"question": "渔船年审费是每年多少元？", "standalone_question": "渔船年审费是每年多少元？", "parts": [{"text": "第一条 渔船年审费为每年二百元。", "citations": [1], "verdict": "supported"}], "citations": [{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年二百元。"}, "heading": ["第一条"], "page": null, "version": "c407e6fd9aac"}], "abstention": null, "generator": "extractive", "as_of": "2026-11-30", "timings_ms": {"rewrite": 0, "search": 1449, "evidence": 3707, "generate": 0, "verify": 18}}, "found": [{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年二百元。"}, "heading": ["第一条"], "page": null, "version": "c407e6fd9aac"}], "versions": {"generator": "extractive"}, "history": []}','2026-11-30T10:09:26.656583+00:00','2026-11-30T10:09:26.656583+00:00');
CREATE TABLE handovers (
	id VARCHAR NOT NULL, 
	turn VARCHAR, 
	asker VARCHAR, 
	note VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	asked JSON NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(turn) REFERENCES turns (id) ON DELETE SET NULL, 
	FOREIGN KEY(asker) REFERENCES users (id) ON DELETE SET NULL
);
INSERT INTO "handovers" VALUES('5fe4b66ebf810313','050ae0cc8d36c156','71548f814854c31c','请告知','answered','{"question": "月球基地的预算是多少？", "standalone": "月球基地的预算是多少？", "answer": {"question": "月球基地的预算是多少？", "standalone_question": "月球基地的预算是多少？", "parts": [], "citations": [], "abstention": {"reason": "no_evidence", "detail": "资料未涉及。现有资料没有写到这个问题。", "nearest": [{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "heading": ["第一条"], "page": null, "version": "5b02f96243b3"}, {"n": 2, "quote": {"document": "道路建设答复", "start": 71, "end": 89, "text": "一、新建道路十二公里，由交通局负责。"}, "heading": [], "page": null, "version": "039e9bf8459a"}, {"n": 3, "quote": {"document": "道路建设答复", "start": 91, "end": 100, "text": "二、维修桥梁三座。"}, "heading": [], "page": null, "version": "039e9bf8459a"}]}, "generator": "extractive", "as_of": "2026-11-30", "timings_ms": {"rewrite": 0, "search": 565, "evidence": 1644, "generate": 0, "verify": 0}}, "found": [], "versions": {"generator": "extractive"}, "history": [{"question": "渔船年审费是每年多少元？", "answer": "第一条 渔船年审费为每年二百元。[1]"}, {"question": "新建道路多少公里，由哪个部门负责？", "answer": "新建道路十二公里，由交通局负责。[1]"}]}','2026-11-30T10:09:26.715774+00:00','2026-11-30T10:09:26.739759+00:00');
CREATE TABLE presence (
	thing VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	seen VARCHAR NOT NULL, 
	PRIMARY KEY (thing, name)
);
CREATE TABLE review_items (
	review VARCHAR NOT NULL, 
	item VARCHAR NOT NULL, 
	PRIMARY KEY (review, item), 
	FOREIGN KEY(review) REFERENCES reviews (id) ON DELETE CASCADE
);
INSERT INTO "review_items" VALUES('4f368d0bfa001a5f','handover:5fe4b66ebf810313');
INSERT INTO "review_items" VALUES('4f368d0bfa001a5f','turn:050ae0cc8d36c156');
CREATE TABLE reviews (
	id VARCHAR NOT NULL, 
	turn VARCHAR, 
	handover VARCHAR, 
	feedback VARCHAR, 
	question VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	citations JSON NOT NULL, 
	state VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	approver VARCHAR NOT NULL, 
	remark VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	approved VARCHAR, access VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(turn) REFERENCES turns (id) ON DELETE SET NULL, 
	FOREIGN KEY(handover) REFERENCES handovers (id) ON DELETE SET NULL, 
	FOREIGN KEY(feedback) REFERENCES feedback (id) ON DELETE SET NULL
);
INSERT INTO "reviews" VALUES('4f368d0bfa001a5f','050ae0cc8d36c156','5fe4b66ebf810313',NULL,'月球基地的预算是多少？','没有这样的预算；已有的是新建道路十二公里[1]。','[{"document": "道路建设答复", "start": 73, "end": 81, "quote": "新建道路十二公里", "version": "039e9bf8459a"}]','approved','li','wang','',2,'2026-11-30T10:09:26.726638+00:00','2026-11-30T10:09:26.738064+00:00','2026-11-30T10:09:26.736751+00:00','internal');
CREATE TABLE sign_ins (
	token VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	opened VARCHAR NOT NULL, 
	seen VARCHAR NOT NULL, 
	PRIMARY KEY (token), 
	FOREIGN KEY(user) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE tokens (
	id VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	created VARCHAR NOT NULL, 
	used VARCHAR, 
	revoked VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user) REFERENCES users (id) ON DELETE CASCADE, 
	UNIQUE (hash)
);
INSERT INTO "tokens" VALUES('f9bba5052a4748df','d4599a6a909d19b6','脚本','aabf1054c5f2a23b3c920361ebfaf854d4a7fa6efcf0ac2459bf095550b7dad5','2026-11-30T10:09:13.298395+00:00',NULL,NULL);
CREATE TABLE turn_documents (
	turn VARCHAR NOT NULL, 
	document VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	PRIMARY KEY (turn, document, version), 
	FOREIGN KEY(turn) REFERENCES turns (id) ON DELETE CASCADE
);
INSERT INTO "turn_documents" VALUES('65cff03f95b90389','渔业管理办法','c407e6fd9aac');
INSERT INTO "turn_documents" VALUES('45d0b1e59c86e398','道路建设答复','039e9bf8459a');
INSERT INTO "turn_documents" VALUES('050ae0cc8d36c156','渔业管理办法','5b02f96243b3');
INSERT INTO "turn_documents" VALUES('050ae0cc8d36c156','道路建设答复','039e9bf8459a');
CREATE TABLE turns (
	id VARCHAR NOT NULL, 
	conversation VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	question VARCHAR NOT NULL, 
	standalone VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	answer JSON, 
	found JSON NOT NULL, 
	versions JSON NOT NULL, 
	error VARCHAR NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT turns_position UNIQUE (conversation, position), 
	FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "turns" VALUES('65cff03f95b90389','24f83e1e85b4574c',1,'渔船年审费是每年多少元？','渔船年审费是每年多少元？','done','answered','{"question": "渔船年审费是每年多少元？", "standalone_question": "渔船年审费是每年多少元？", "parts": [{"text": "第一条 渔船年审费为每年二百元。", "citations": [1], "verdict": "supported"}], "citations": [{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年二百元。"}, "heading": ["第一条"], "page": null, "version": "c407e6fd9aac"}], "abstention": null, "generator": "extractive", "as_of": "2026-11-30", "timings_ms": {"rewrite": 0, "search": 1449, "evidence": 3707, "generate": 0, "verify": 18}}','[{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年二百元。"}, "heading": ["第一条"], "page": null, "version": "c407e6fd9aac"}]','{"generator": "extractive"}','','2026-11-30T10:09:13.352566+00:00','2026-11-30T10:09:13.371355+00:00');
INSERT INTO "turns" VALUES('45d0b1e59c86e398','24f83e1e85b4574c',2,'新建道路多少公里，由哪个部门负责？','新建道路多少公里，由哪个部门负责？','done','answered','{"question": "新建道路多少公里，由哪个部门负责？", "standalone_question": "新建道路多少公里，由哪个部门负责？", "parts": [{"text": "新建道路十二公里，由交通局负责。", "citations": [1], "verdict": "supported"}], "citations": [{"n": 1, "quote": {"document": "道路建设答复", "start": 71, "end": 89, "text": "一、新建道路十二公里，由交通局负责。"}, "heading": [], "page": null, "version": "039e9bf8459a"}], "abstention": null, "generator": "extractive", "as_of": "2026-11-30", "timings_ms": {"rewrite": 0, "search": 2180, "evidence": 8622, "generate": 0, "verify": 6}}','[{"n": 1, "quote": {"document": "道路建设答复", "start": 71, "end": 89, "text": "一、新建道路十二公里，由交通局负责。"}, "heading": [], "page": null, "version": "039e9bf8459a"}]','{"generator": "extractive"}','','2026-11-30T10:09:13.438501+00:00','2026-11-30T10:09:24.277669+00:00');
INSERT INTO "turns" VALUES('050ae0cc8d36c156','24f83e1e85b4574c',3,'月球基地的预算是多少？','月球基地的预算是多少？','done','refused','{"question": "月球基地的预算是多少？", "standalone_question": "月球基地的预算是多少？", "parts": [], "citations": [], "abstention": {"reason": "no_evidence", "detail": "资料未涉及。现有资料没有写到这个问题。", "nearest": [{"n": 1, "quote": {"document": "渔业管理办法", "start": 8, "end": 24, "text": "第一条 渔船年审费为每年三百元。"}, "heading": ["第一条"], "page": null, "version": "5b02f96243b3"}, {"n": 2, "quote": {"document": "道路建设答复", "start": 71, "end": 89, "text": "一、新建道路十二公里，由交通局负责。"}, "heading": [], "page": null, "version": "039e9bf8459a"}, {"n": 3, "quote": {"document": "道路建设答复", "start": 91, "end": 100, "text": "二、维修桥梁三座。"}, "heading": [], "page": null, "version": "039e9bf8459a"}]}, "generator": "extractive", "as_of": "2026-11-30", "timings_ms": {"rewrite": 0, "search": 565, "evidence": 1644, "generate": 0, "verify": 0}}','[]','{"generator": "extractive"}','','2026-11-30T10:09:24.302379+00:00','2026-11-30T10:09:26.641929+00:00');
CREATE TABLE users (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	display VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	password VARCHAR NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	created VARCHAR NOT NULL, 
	changed VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "users" VALUES('476dcd59e031d71c','wang','王主任','admin','$argon2id$v=19$m=65536,t=3,p=4$Bya8q8HGtK4+Ags8aDU44A$+Yq47ITXruZ+gDy+lMGorrnV5rvRz32zwv9OcBZ4Z0k',0,'2026-11-30T10:09:11.987436+00:00','2026-11-30T10:09:11.987436+00:00');
INSERT INTO "users" VALUES('d4599a6a909d19b6','li','小李','staff','$argon2id$v=19$m=65536,t=3,p=4$dtaeeExB4qLL7odKmFvP7g$740iEENGtQruaWncXXXT7ndaZ8ziFZvGblyLkJmg3Po',0,'2026-11-30T10:09:12.918107+00:00','2026-11-30T10:09:12.918107+00:00');
INSERT INTO "users" VALUES('71548f814854c31c','chen','陈代表','representative','$argon2id$v=19$m=65536,t=3,p=4$N3xar4Erd+5H44WHaR6+Pw$zA5hKHEIZOTcGJ4I3FJUmnAk4SDozio2hlUOAFVPPo0',0,'2026-11-30T10:09:13.276654+00:00','2026-11-30T10:09:13.276654+00:00');
CREATE INDEX failures_key ON failures ("key", at);
CREATE INDEX sign_ins_user ON sign_ins (user);
CREATE INDEX tokens_user ON tokens (user);
CREATE INDEX conversations_owner ON conversations (owner, changed);
CREATE INDEX turns_outcome ON turns (outcome, changed);
CREATE INDEX turn_documents_document ON turn_documents (document, version);
CREATE INDEX audit_object ON audit (object, at);
CREATE INDEX feedback_verdict ON feedback (verdict, changed);
CREATE INDEX handovers_state ON handovers (state, changed);
CREATE INDEX reviews_state ON reviews (state, changed);
CREATE INDEX reviews_turn ON reviews (turn);
CREATE INDEX review_items_item ON review_items (item);
COMMIT;
PRAGMA user_version = 0;
