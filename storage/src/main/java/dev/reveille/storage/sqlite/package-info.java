/// Everything Reveille keeps, on SQLite in one directory; [SqliteStore] is the way in.
///
/// ```
/// DIR/store.lock                   held by the server that uses the directory
/// DIR/master.key                   encrypts credentials; keep a copy elsewhere
/// DIR/reveille.db                  registry, settings, secrets, audit, hubs: ordinary SQL, synchronous=FULL
/// DIR/days/2026-11-21.journal.db   the journal: one row per group commit, append-only, synchronous=FULL
/// DIR/days/2026-11-21.0001.keys    fingerprints of keys that are no longer in memory
/// DIR/days/2026-11-21.history.db   per user and call: which events; trail; rebuilt from the journal
/// DIR/present.db                   what waits, what is open, cursors; rebuilt from the journal
/// ```
///
/// The way of an event: [JournalWriter] takes everything queued, packs it into one blob, commits it
/// as one row, makes it visible in memory ([Unfolded]), tells the receipts, hands the group to the
/// dispatcher. Later [Projector] writes the projections of many groups at once and memory forgets
/// them. After a crash the groups since the last safe fold are read again and pass the same way.
@NullMarked
package dev.reveille.storage.sqlite;

import org.jspecify.annotations.NullMarked;
