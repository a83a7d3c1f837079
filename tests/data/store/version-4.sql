-- A database as version 4 left it. A recording: later versions add their own and leave this one.

CREATE TABLE rule (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    comment TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    forced INTEGER NOT NULL CHECK (forced IN (0, 1)),
    listen_address TEXT,
    listen_interface TEXT,
    first_port INTEGER NOT NULL CHECK (first_port BETWEEN 1 AND 65535),
    last_port INTEGER NOT NULL CHECK (last_port BETWEEN first_port AND 65535),
    connect_address TEXT,
    connect_port INTEGER NOT NULL CHECK (connect_port BETWEEN 1 AND 65535),
    profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 7),
    remote TEXT NOT NULL,
    CHECK (listen_address IS NULL OR listen_interface IS NULL)
) STRICT;

CREATE TABLE owned_entry (
    type TEXT NOT NULL CHECK (type IN ('v4tov4', 'v4tov6', 'v6tov4', 'v6tov6')),
    listen TEXT NOT NULL COLLATE NOCASE,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    rule_id TEXT NOT NULL,
    confirmed_connect TEXT,
    confirmed_port INTEGER CHECK (confirmed_port BETWEEN 1 AND 65535),
    intent TEXT CHECK (intent IN ('write', 'remove')),
    intended_connect TEXT,
    intended_port INTEGER CHECK (intended_port BETWEEN 1 AND 65535),
    former_connect TEXT,
    former_port INTEGER CHECK (former_port BETWEEN 1 AND 65535),
    PRIMARY KEY (type, listen, port),
    CHECK ((confirmed_connect IS NULL) = (confirmed_port IS NULL)),
    CHECK ((intended_connect IS NULL) = (intended_port IS NULL)),
    CHECK ((former_connect IS NULL) = (former_port IS NULL)),
    CHECK ((intent IS 'write') = (intended_connect IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE owned_firewall_rule (
    name TEXT PRIMARY KEY NOT NULL,
    rule_id TEXT NOT NULL,
    intent TEXT CHECK (intent IN ('write', 'remove')),
    kind TEXT NOT NULL DEFAULT 'host' CHECK (kind IN ('host', 'hyperv'))
) STRICT, WITHOUT ROWID;

CREATE TABLE owned_firewall_rule_fields (
    name TEXT NOT NULL REFERENCES owned_firewall_rule (name) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('confirmed', 'intended')),
    grouping TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    inbound INTEGER NOT NULL CHECK (inbound IN (0, 1)),
    allow INTEGER NOT NULL CHECK (allow IN (0, 1)),
    protocol INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 256),
    profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 2147483647),
    local_ports TEXT NOT NULL,
    local_addresses TEXT NOT NULL,
    remote_addresses TEXT NOT NULL,
    program TEXT NOT NULL,
    service TEXT NOT NULL,
    PRIMARY KEY (name, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
    user_sid TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
    number INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind > 0),
    argument_1 TEXT NOT NULL,
    argument_2 TEXT NOT NULL DEFAULT '',
    argument_3 TEXT NOT NULL DEFAULT '',
    rule_id TEXT NOT NULL DEFAULT '',
    subject INTEGER NOT NULL DEFAULT 0,
    subject_1 TEXT NOT NULL DEFAULT '',
    subject_2 TEXT NOT NULL DEFAULT '',
    subject_3 TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE adopted_entry (
    type TEXT NOT NULL CHECK (type IN ('v4tov4', 'v4tov6', 'v6tov4', 'v6tov6')),
    listen TEXT NOT NULL COLLATE NOCASE,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    owner TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    former_connect TEXT NOT NULL,
    former_port INTEGER NOT NULL CHECK (former_port BETWEEN 1 AND 65535),
    undoing INTEGER NOT NULL CHECK (undoing IN (0, 1)),
    PRIMARY KEY (type, listen, port)
) STRICT, WITHOUT ROWID;

CREATE TABLE adopted_firewall_rule (
    number INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('turning-off', 'off', 'turning-on')),
    name TEXT NOT NULL,
    inbound INTEGER NOT NULL CHECK (inbound IN (0, 1)),
    profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 7),
    local_ports TEXT NOT NULL,
    remote_addresses TEXT NOT NULL
) STRICT;

INSERT INTO rule VALUES
    (1, '11111111-1111-4111-8111-111111111111', 'S-1-5-21-1-2-3-1001', 'web', '', 1, 0,
     NULL, NULL, 3000, 3000, NULL, 3000, 3, 'local-subnet'),
    (2, '22222222-2222-4222-8222-222222222222', 'S-1-5-21-1-2-3-1001', 'a range', 'two prefixes', 0, 0,
     '192.168.1.10', NULL, 8000, 8010, '10.0.0.5', 9000, 7, '10.0.0.0/8,fd00::/64'),
    (5, '33333333-3333-4333-8333-333333333333', 'S-1-5-21-1-2-3-1002', 'followed', '', 1, 1,
     NULL, 'Wi-Fi', 22, 22, NULL, 2222, 0, 'any');
INSERT INTO owned_entry VALUES
    ('v4tov4', '0.0.0.0', 3000, '11111111-1111-4111-8111-111111111111', '172.28.1.2', 3000, 'write', '172.28.9.9', 3000,
     NULL, NULL),
    ('v4tov4', '192.168.1.10', 8000, '22222222-2222-4222-8222-222222222222', '10.0.0.5', 9000, 'remove', NULL, NULL,
     '192.168.1.4', 80);
INSERT INTO owned_firewall_rule VALUES ('Tidegate 11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111', NULL,
     'host');
INSERT INTO owned_firewall_rule_fields VALUES
    ('Tidegate 11111111-1111-4111-8111-111111111111', 'confirmed', 'Tidegate', 1, 1, 1, 6, 3, '3000', '*', 'LocalSubnet',
     '%SystemRoot%\System32\svchost.exe', 'iphlpsvc');
INSERT INTO setting VALUES
    ('allow-widening', 'off'), ('allowed-users', ''), ('when-wsl-stops', 'withdraw');
INSERT INTO pause VALUES ('S-1-5-21-1-2-3-1002');
INSERT INTO activity VALUES
    (1, 1700000001000, 1, 'rule "web" added', '', '', '', 0, '', '', ''),
    (2, 1700000002000, 27, '172.28.208.7', '4', '12', '', 0, '', '', ''),
    (3, 1700000003000, 34, 'web', 'port-in-use', 'process 4711', '11111111-1111-4111-8111-111111111111', 112, '4711', '',
     '');
PRAGMA application_id = 1415858036;
PRAGMA user_version = 4;
PRAGMA journal_mode = WAL;
