package dev.reveille.storage.sqlite;

import dev.reveille.model.Audience;
import dev.reveille.model.Event;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The users who were removed, and up to which sequence their events are hidden. The bytes stay on
/// disk until the day of the event is deleted. Thread-safe.
final class Erasures {
  private final Map<UserId, Long> upTo = new ConcurrentHashMap<>();

  /// Addresses whose device belonged to no other user, as sends know them.
  private final Map<TargetKey, Long> targetsUpTo = new ConcurrentHashMap<>();

  /// What former runs wrote down.
  Erasures(final MainDatabase database) {
    database.read(db ->
        db.query(
            "SELECT organisation, name, up_to FROM erased_user",
            row ->
                upTo.put(
                    new UserId(SharedNames.organisation(row.getString(1)), row.getString(2)),
                    row.getLong(3))));
    database.read(db ->
        db.query(
            "SELECT target, up_to FROM erased_target",
            row -> targetsUpTo.put(new TargetKey(row.getString(1)), row.getLong(2))));
  }

  /// In the transaction that removes the user.
  ///
  /// @param targets addresses of devices that have no user any more
  static void write(
      final Database db, final UserId user, final List<TargetKey> targets, final long sequence)
      throws SQLException {
    for (final TargetKey target : targets) {
      db.update(
          "INSERT INTO erased_target(target, up_to) VALUES(?,?)"
              + " ON CONFLICT(target) DO UPDATE SET up_to = excluded.up_to",
          target.value(),
          sequence);
    }
    db.update(
        "INSERT INTO erased_user(organisation, name, up_to) VALUES(?,?,?)"
            + " ON CONFLICT(organisation, name) DO UPDATE SET up_to = excluded.up_to",
        user.organisation().value(),
        user.name(),
        sequence);
  }

  void erase(final UserId user, final List<TargetKey> targets, final long sequence) {
    upTo.merge(user, sequence, Math::max);
    targets.forEach(target -> targetsUpTo.merge(target, sequence, Math::max));
  }

  boolean isErased(final UserId user, final long sequence) {
    return !upTo.isEmpty() && upTo.getOrDefault(user, 0L) >= sequence;
  }

  long upTo(final UserId user) {
    return upTo.isEmpty() ? 0 : upTo.getOrDefault(user, 0L);
  }

  /// The job without erased recipients and addresses; empty when none is left.
  Optional<StoredJob> visible(final StoredJob stored) {
    if (stored.job() instanceof final Send send) {
      return targetsUpTo.isEmpty() ? Optional.of(stored) : visible(stored, send);
    }
    if (upTo.isEmpty()) {
      return Optional.of(stored);
    }
    final List<UserId> all = stored.event().recipients();
    final List<UserId> left =
        all.stream().filter(user -> !isErased(user, stored.sequence())).toList();
    if (left.size() == all.size()) {
      return Optional.of(stored);
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(new StoredJob(stored.sequence(), stored.at(), to(stored.event(), left)));
  }

  private Optional<StoredJob> visible(final StoredJob stored, final Send send) {
    if (!(send.to() instanceof Audience.Addresses(var all))) {
      return Optional.of(stored); // its owner reads who is registered now
    }
    final var left =
        all.stream()
            .filter(one -> targetsUpTo.getOrDefault(one.key(), 0L) < stored.sequence())
            .toList();
    if (left.size() == all.size()) {
      return Optional.of(stored);
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new StoredJob(
                stored.sequence(),
                stored.at(),
                new Send(
                    send.key(),
                    send.life(),
                    send.lane(),
                    send.notBefore(),
                    new Audience.Addresses(left),
                    send.what())));
  }

  private static Event to(final Event event, final List<UserId> users) {
    return switch (event) {
      case Event.IncomingCall e ->
          new Event.IncomingCall(
              e.key(), users, e.type(), e.call(), e.caller(), e.video(), e.life());
      case Event.CallEnded e ->
          new Event.CallEnded(e.key(), users, e.type(), e.call(), e.how(), e.life());
      case Event.Message e ->
          new Event.Message(e.key(), users, e.type(), e.in(), e.content(), e.life());
      case Event.ChangeHint e ->
          new Event.ChangeHint(e.key(), users, e.type(), e.folders(), e.life());
      case Event.Other e ->
          new Event.Other(e.key(), users, e.type(), e.as(), e.collapse(), e.content(), e.life());
    };
  }
}
