-- +goose Up

-- A heater by its ID of ten digits, which stands for it everywhere.
CREATE TABLE heater (
    id   INTEGER PRIMARY KEY,
    uid  TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

-- A field of a status by its printed name.
CREATE TABLE field (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL
);

-- A time of which something is known: from the first status to the second after the last.
CREATE TABLE span (
    heater INTEGER NOT NULL,
    start  INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    PRIMARY KEY (heater, start)
) WITHOUT ROWID;

-- What a field changed to, in hundredths; NULL when it became unknown. A span begins with all fields that are known,
-- and each full hour within it, too.
CREATE TABLE change (
    heater INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    field  INTEGER NOT NULL,
    value  INTEGER,
    PRIMARY KEY (heater, at, field)
) WITHOUT ROWID;

-- A field's hour: for how many seconds it was known, its lowest and highest value, the sum of its value over those
-- seconds, and its last value, in hundredths. An hour through which a value was held has no row but at the first of a day (UTC).
CREATE TABLE hour (
    heater INTEGER NOT NULL,
    field  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    known  INTEGER NOT NULL,
    low    INTEGER,
    high   INTEGER,
    total  INTEGER,
    last   INTEGER,
    PRIMARY KEY (heater, field, at)
) WITHOUT ROWID;

-- The minutes of a field's hour, packed, where the hour's row does not tell all of them.
CREATE TABLE minutes (
    heater INTEGER NOT NULL,
    field  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    cells  BLOB NOT NULL,
    PRIMARY KEY (heater, field, at)
) WITHOUT ROWID;

-- The hours whose rows in hour and minutes have to be made, anew or at all, from the changes.
CREATE TABLE stale (
    heater INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (heater, at)
) WITHOUT ROWID;

CREATE TABLE event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    heater   INTEGER NOT NULL,
    at       INTEGER NOT NULL, -- milliseconds
    class    TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_heater ON event (heater, id);

-- Electricity by the heater's own record. kind is 1 for months (period 202611), 2 for days (20261122), 3 for hours (2026112207).
CREATE TABLE energy (
    heater            INTEGER NOT NULL,
    kind              INTEGER NOT NULL,
    period            INTEGER NOT NULL,
    heat_pump         INTEGER,
    elements          INTEGER,
    heat_pump_minutes INTEGER,
    element_minutes   INTEGER,
    PRIMARY KEY (heater, kind, period)
) WITHOUT ROWID;

-- What was asked of that record after it was over, so that it is not asked again: the year of months, the month of days,
-- the day of hours.
CREATE TABLE energy_read (
    heater INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    period INTEGER NOT NULL,
    PRIMARY KEY (heater, kind, period)
) WITHOUT ROWID;
