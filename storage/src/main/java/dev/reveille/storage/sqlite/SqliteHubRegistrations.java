package dev.reveille.storage.sqlite;

import dev.reveille.model.Tag;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Stores the registrations of notification hubs: [HubNames] has the hubs, [HubEntryRows] what is
/// registered, [HubTargetRows] the addresses and their tags, [HubSelection] how a send finds them.
/// Thread-safe; blocks on the disk.
final class SqliteHubRegistrations implements HubRegistrations {
  /// So many candidates of a page are looked at where not all are meant: some tens of milliseconds.
  private static final int LOOKED_AT = 5_000;

  /// So many targets of a tag say how dense it is.
  private static final int SAMPLE = 500;

  private final MainDatabase database;
  private final int lookedAt;

  SqliteHubRegistrations(final MainDatabase database) {
    this(database, LOOKED_AT);
  }

  /// For tests, with other bounds than [#LOOKED_AT].
  SqliteHubRegistrations(final MainDatabase database, final int lookedAt) {
    this.database = database;
    this.lookedAt = lookedAt;
  }

  // ---- entries --------------------------------------------------------------------------------

  @Override
  public Written put(final String hub, final Entry entry, final Condition condition) {
    return database.change(db -> {
      final OptionalLong known = HubNames.find(db, hub);
      if (known.isEmpty() && !mayBeNew(condition)) {
        return new Written.NotThere();
      }
      final long number = known.isPresent() ? known.getAsLong() : HubNames.make(db, hub);
      final HubCounters counters = HubCounters.read(db);
      final Written written = put(db, number, entry, condition, counters);
      counters.write(db);
      return written;
    });
  }

  @Override
  public List<Written> putAll(
      final String hub, final List<Entry> entries, final Condition condition) {
    if (entries.isEmpty()) {
      return List.of();
    }
    return database.change(db -> {
      if (!mayBeNew(condition) && HubNames.find(db, hub).isEmpty()) {
        return Collections.nCopies(entries.size(), new Written.NotThere());
      }
      final long number = HubNames.make(db, hub);
      final HubCounters counters = HubCounters.read(db);
      final List<Written> all = new ArrayList<>(entries.size());
      for (final Entry entry : entries) {
        all.add(put(db, number, entry, condition, counters));
      }
      counters.write(db);
      return List.copyOf(all);
    });
  }

  private Written put(
      final Database db,
      final long hub,
      final Entry entry,
      final Condition condition,
      final HubCounters counters)
      throws SQLException {
    final Optional<HubEntryRows.Stored> before = HubEntryRows.find(db, hub, entry.id());
    if (before.isEmpty()) {
      if (entry.kind() == Kind.REGISTRATION
          && HubEntryRows.isGone(db, hub, entry.id(), database.now())) {
        return new Written.Gone();
      }
      return mayBeNew(condition)
          ? new Written.Done(Optional.empty(), HubEntryRows.insert(db, hub, entry, counters))
          : new Written.NotThere();
    }
    final Versioned kept = before.get().kept();
    if (kept.entry().kind() != entry.kind()) {
      return new Written.OtherKind(kept.entry().kind());
    }
    if (!isMet(condition, kept)) {
      return new Written.OtherVersion(kept.version());
    }
    return new Written.Done(
        Optional.of(kept), HubEntryRows.replace(db, before.get(), entry, counters));
  }

  private static boolean mayBeNew(final Condition condition) {
    return switch (condition) {
      case Condition.Any _, Condition.Absent _ -> true;
      case Condition.Exists _, Condition.IsVersion _ -> false;
    };
  }

  private static boolean isMet(final Condition condition, final Versioned kept) {
    return switch (condition) {
      case Condition.Any _, Condition.Exists _ -> true;
      case Condition.Absent _ -> false;
      case Condition.IsVersion(final long version) -> version == kept.version();
    };
  }

  @Override
  public Written remove(
      final String hub, final String id, final Kind kind, final Condition condition) {
    return database.change(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? new Written.NotThere()
          : remove(db, number.getAsLong(), id, kind, condition);
    });
  }

  @Override
  public List<Written> removeAll(final String hub, final List<String> ids, final Kind kind) {
    return database.change(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      final List<Written> all = new ArrayList<>(ids.size());
      for (final String id : ids) {
        all.add(
            number.isEmpty()
                ? new Written.NotThere()
                : remove(db, number.getAsLong(), id, kind, new Condition.Any()));
      }
      return List.copyOf(all);
    });
  }

  private Written remove(
      final Database db,
      final long hub,
      final String id,
      final Kind kind,
      final Condition condition)
      throws SQLException {
    final Optional<HubEntryRows.Stored> before = HubEntryRows.find(db, hub, id);
    if (before.isEmpty()) {
      return HubEntryRows.isGone(db, hub, id, database.now())
          ? new Written.Gone()
          : new Written.NotThere();
    }
    final Versioned kept = before.get().kept();
    if (kept.entry().kind() != kind) {
      return new Written.OtherKind(kept.entry().kind());
    }
    if (!isMet(condition, kept)) {
      return new Written.OtherVersion(kept.version());
    }
    HubEntryRows.delete(db, before.get(), database.now());
    return new Written.Done(Optional.of(kept), kept);
  }

  @Override
  public Optional<Versioned> find(final String hub, final String id) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? Optional.empty()
          : HubEntryRows.find(db, number.getAsLong(), id).map(HubEntryRows.Stored::kept);
    });
  }

  @Override
  public Listed list(
      final String hub,
      final Filter filter,
      final long after,
      final int most,
      final long mostBytes) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? new Listed(List.of(), after, true)
          : list(db, number.getAsLong(), filter, after, most, mostBytes);
    });
  }

  /// Which entries there are is asked first, and each is read by itself: so many large ones as a
  /// page has places would not fit into memory.
  private static Listed list(
      final Database db,
      final long hub,
      final Filter filter,
      final long after,
      final int most,
      final long mostBytes)
      throws SQLException {
    final List<Long> numbers = HubEntryRows.page(db, hub, filter, after, most + 1);
    final List<Versioned> entries = new ArrayList<>();
    long reached = after;
    long bytes = 0;
    for (final long number : numbers.subList(0, Math.min(most, numbers.size()))) {
      final Optional<HubEntryRows.Stored> read = HubEntryRows.numbered(db, number);
      if (read.isPresent()) { // else it went meanwhile
        bytes += read.get().kept().entry().size();
        if (!entries.isEmpty() && bytes > mostBytes) {
          return new Listed(entries, reached, false);
        }
        entries.add(read.get().kept());
      }
      reached = number;
    }
    return new Listed(entries, reached, numbers.size() <= most);
  }

  @Override
  public long count(final String hub) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty() ? 0 : HubEntryRows.count(db, number.getAsLong());
    });
  }

  // ---- targets --------------------------------------------------------------------------------

  @Override
  public long lastNumber() {
    return database.read(HubCounters::lastTarget);
  }

  @Override
  public Page targets(
      final String hub, final Selection which, final long after, final long upTo, final int most) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? new Page(List.of(), Math.max(after, upTo), true)
          : targets(db, number.getAsLong(), which, after, upTo, most);
    });
  }

  private Page targets(
      final Database db,
      final long hub,
      final Selection which,
      final long after,
      final long upTo,
      final int most)
      throws SQLException {
    final HubSelection.Plan plan =
        HubSelection.plan(
            which.tags(),
            tag -> {
              double all = 0;
              for (final String line : HubSelection.lines(which)) {
                all += density(db, hub, tag, line, after, upTo);
              }
              return all;
            });
    final int candidates = plan.condition().isEmpty() ? most : Math.max(most, lookedAt);
    final HubSelection.Statement statement =
        HubSelection.page(
            which,
            plan,
            new HubSelection.Range(
                hub, after, upTo, database.now().getEpochSecond(), candidates + 1));
    final HubPage page = new HubPage(most, candidates);
    db.queryWhile(statement.sql(), page::takes, statement.values().toArray());
    return page.read(Math.max(after, upTo));
  }

  /// How many targets in a number of numbers have a tag, from where a page begins: by the range
  /// over which its next ones are spread. Costs as much as these.
  private static double density(
      final Database db,
      final long hub,
      final Tag tag,
      final String line,
      final long after,
      final long upTo)
      throws SQLException {
    final List<Long> sampled =
        db.query(
            "SELECT target FROM hub_tag WHERE hub = ? AND tag = ? AND line = ? AND target > ?"
                + " ORDER BY target LIMIT 1 OFFSET ?",
            row -> row.getLong(1),
            hub,
            tag.folded(),
            line,
            after,
            SAMPLE - 1);
    if (!sampled.isEmpty()) {
      return (double) SAMPLE / (sampled.getFirst() - after);
    }
    final long few =
        db.query(
                "SELECT count(*) FROM hub_tag"
                    + " WHERE hub = ? AND tag = ? AND line = ? AND target > ?",
                row -> row.getLong(1),
                hub,
                tag.folded(),
                line,
                after)
            .getFirst();
    return (double) few / Math.max(1, upTo - after);
  }

  @Override
  public Optional<Numbered> find(final String hub, final TargetKey key) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? Optional.empty()
          : HubTargetRows.find(db, number.getAsLong(), key, database.now());
    });
  }

  @Override
  public Optional<Versioned> withTarget(final String hub, final TargetKey key) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? Optional.empty()
          : HubEntryRows.withTarget(db, number.getAsLong(), key.value())
              .map(HubEntryRows.Stored::kept);
    });
  }

  @Override
  public List<Former> former(
      final String hub, final String id, final String handle, final int most) {
    return database.read(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty()
          ? List.of()
          : HubFormerRows.find(
              db, number.getAsLong(), id, handle, HubEntryRows.forgotten(database.now()), most);
    });
  }

  @Override
  public Optional<Versioned> dead(final String hub, final TargetKey key, final Instant since) {
    return database.change(db -> {
      final OptionalLong number = HubNames.find(db, hub);
      return number.isEmpty() ? Optional.empty() : dead(db, number.getAsLong(), key, since);
    });
  }

  private Optional<Versioned> dead(
      final Database db, final long hub, final TargetKey key, final Instant since)
      throws SQLException {
    final Optional<HubEntryRows.Stored> found = HubEntryRows.withTarget(db, hub, key.value());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    final HubEntryRows.Stored stored = found.get();
    final Target dead =
        stored.kept().entry().targets().stream()
            .filter(each -> each.key().equals(key))
            .findFirst()
            .orElseThrow();
    if (dead.address().registeredAt().isAfter(since)) {
      return Optional.empty();
    }
    switch (stored.kept().entry().kind()) {
      case REGISTRATION -> HubEntryRows.delete(db, stored, database.now());
      case INSTALLATION -> {
        for (final HubTargetRows.Row row : stored.targets()) {
          if (HubTargetRows.isSame(row.target().address(), dead.address())
              && !row.target().address().registeredAt().isAfter(since)) {
            HubFormerRows.insert(db, row, stored.kept().entry(), database.now());
            HubTargetRows.delete(db, row);
          }
        }
      }
    }
    return Optional.of(stored.kept());
  }

  // ---- ends -----------------------------------------------------------------------------------

  @Override
  public int removeEnded(final Instant now, final int most) {
    return database.change(db -> {
      int removed = 0;
      for (final long number : HubEntryRows.ended(db, now, most)) {
        final Optional<HubEntryRows.Stored> ended = HubEntryRows.numbered(db, number);
        if (ended.isPresent()) {
          HubEntryRows.delete(db, ended.get(), now);
          removed++;
        }
      }
      removed += HubTargetRows.removeEnded(db, now, most - removed);
      removed += HubEntryRows.forget(db, now, most - removed);
      return removed + HubFormerRows.forget(db, HubEntryRows.forgotten(now), most - removed);
    });
  }

  @Override
  public long lastHub(final String name) {
    return database.read(db -> HubNames.last(db, name));
  }

  @Override
  public long nextHub(final String name) {
    return database.change(db -> HubNames.next(db, name));
  }

  @Override
  public List<String> names() {
    return database.read(HubNames::all);
  }

  @Override
  public void removeHub(final String hub) {
    database.change(db -> {
      HubNames.detach(db, hub); // maintenance sweeps what it held
      return true;
    });
  }
}
