package dev.reveille.storage.sqlite;

import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Job;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.storage.codec.GroupReader;
import dev.reveille.storage.codec.GroupWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells repeats and conflicts of events. A fingerprint of the key finds candidates, and the
/// journal decides: two keys with one fingerprint are two events.
///
/// A key counts for 72 hours and until the event's own life ends, whichever is later. The writer's
/// thread makes a group between [#lock] and [#unlock]; the other methods take the lock themselves,
/// and [#find] and [#findCall] are for any thread. Blocks on the disk where the journal decides.
final class DuplicateCheck {
  static final Duration REMEMBERED = Duration.ofHours(72);

  private final RecentKeys keys;
  private final JournalDays days;
  private final long seed;

  /// The group that is being made: in the table already, in the journal not yet.
  private List<StoredJob> open = List.of();

  private final List<Submission> openSubmissions = new ArrayList<>();
  private final List<Long> openFingerprints = new ArrayList<>();
  private final List<Long> openCalls = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  /// @param seed secret of this store, for the fingerprints of calls
  DuplicateCheck(final RecentKeys keys, final JournalDays days, final long seed) {
    this.keys = keys;
    this.days = days;
    this.seed = seed;
  }

  void lock() {
    keys.lock().lock();
  }

  void unlock() {
    keys.lock().unlock();
  }

  void begin(final List<StoredJob> group, final Instant at) {
    open = group;
    openSubmissions.clear();
    openFingerprints.clear();
    openCalls.clear();
    now = at;
  }

  /// Repeat, conflict or a known call; null for a new key of no known call.
  @Nullable Answer check(final long fingerprint, final Submission submission) {
    final EventKey key = submission.job().key();
    final long sequence = keys.find(fingerprint, candidate -> isSame(candidate, key));
    if (sequence == 0) {
      return submission.job() instanceof final Event.IncomingCall call ? check(call) : null;
    }
    return contentHash(sequence) == submission.contentHash()
        ? new Answer.Repeat(sequence)
        : new Answer.Conflict(sequence);
  }

  private @Nullable Answer check(final Event.IncomingCall call) {
    final long sequence =
        keys.find(GroupWriter.callFingerprint(seed, call), candidate -> begins(candidate, call));
    return sequence == 0 ? null : new Answer.CallKnown(openOrKept(sequence).orElseThrow());
  }

  private boolean begins(final long sequence, final Event.IncomingCall call) {
    return begins(sequence, call.key().organisation(), call.call());
  }

  private boolean begins(
      final long sequence, final OrganisationId organisation, final CallId call) {
    return openOrKept(sequence)
        .filter(stored ->
            stored.job() instanceof final Event.IncomingCall known
                && known.call().equals(call)
                && known.key().organisation().equals(organisation)
                && (isOpen(sequence) || isRemembered(stored)))
        .isPresent();
  }

  void put(final long fingerprint, final long sequence, final Submission submission) {
    final Job job = submission.job();
    final long ofCall = GroupWriter.callFingerprint(seed, job);
    keys.put(fingerprint, ofCall, sequence, job.life().keepUntil().getEpochSecond());
    openSubmissions.add(submission);
    openFingerprints.add(fingerprint);
    openCalls.add(ofCall);
  }

  void committed() {
    lock();
    try {
      open = List.of();
    } finally {
      unlock();
    }
  }

  /// The group failed: its keys were never accepted.
  void takeBack() {
    lock();
    try {
      for (int i = 0; i < open.size() && i < openFingerprints.size(); i++) {
        keys.takeBack(openFingerprints.get(i), open.get(i).sequence());
        if (openCalls.get(i) != 0) {
          keys.takeBack(openCalls.get(i), open.get(i).sequence());
        }
      }
      open = List.of();
    } finally {
      unlock();
    }
  }

  /// A committed event by its key.
  Optional<StoredJob> find(final long fingerprint, final EventKey key, final Instant at) {
    lock();
    try {
      now = at;
      final long sequence =
          keys.find(fingerprint, candidate -> !isOpen(candidate) && isSame(candidate, key));
      return sequence == 0 ? Optional.empty() : stored(sequence);
    } finally {
      unlock();
    }
  }

  /// The committed event that began a call.
  Optional<StoredJob> findCall(
      final OrganisationId organisation, final CallId call, final Instant at) {
    lock();
    try {
      now = at;
      final long sequence =
          keys.find(
              GroupWriter.callFingerprint(seed, organisation, call),
              candidate -> !isOpen(candidate) && begins(candidate, organisation, call));
      return sequence == 0 ? Optional.empty() : stored(sequence);
    } finally {
      unlock();
    }
  }

  private Optional<StoredJob> openOrKept(final long sequence) {
    if (!isOpen(sequence)) {
      return stored(sequence);
    }
    final int place = (int) (sequence - open.getFirst().sequence());
    return place < open.size() ? Optional.of(open.get(place)) : Optional.empty();
  }

  private boolean isOpen(final long sequence) {
    return !open.isEmpty() && sequence >= open.getFirst().sequence();
  }

  private boolean isSame(final long sequence, final EventKey key) {
    if (isOpen(sequence)) {
      final int place = (int) (sequence - open.getFirst().sequence());
      return place < open.size() && open.get(place).job().key().equals(key);
    }
    return stored(sequence)
        .filter(stored -> stored.job().key().equals(key) && isRemembered(stored))
        .isPresent();
  }

  private boolean isRemembered(final StoredJob stored) {
    return stored.at().plus(REMEMBERED).isAfter(now)
        || stored.job().life().keepUntil().isAfter(now);
  }

  private long contentHash(final long sequence) {
    if (isOpen(sequence)) {
      return openSubmissions.get((int) (sequence - open.getFirst().sequence())).contentHash();
    }
    final GroupReader group = days.group(sequence).orElseThrow();
    synchronized (group) {
      return group.contentHash(sequence);
    }
  }

  private Optional<StoredJob> stored(final long sequence) {
    return days.group(sequence)
        .flatMap(group -> {
          synchronized (group) {
            return group.stored(sequence);
          }
        });
  }
}
