package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up again what waited: rows whose moment has come, and rows behind a [CircuitBreaker] whose
/// service answers again. As many as there is room for: the rest stays on disk.
///
/// ```
///   look ──► Lookups claims rows and reads what they need ──► arrived ──► next, row by row
/// ```
///
/// There is one claim at a time, and the next one begins when its rows are worked off.
///
/// Belongs to the dispatcher's thread.
final class DueWork implements ClockSteps.Waits {
  private static final Logger LOG = LoggerFactory.getLogger(DueWork.class);
  private static final int ROWS_PER_LOOK = 500;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final Duration BETWEEN_LOOKS_FOR_OVERDUE = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMillis(250);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);

  /// Rows of a breaker's line.
  record FromLine(String breaker, List<RowInput> rows) {}

  /// @param moments rows whose moment has come, and rows that are over
  /// @param breakers behind which more rows wait
  /// @param nextDue when the next row's moment comes, without steps of the clock
  /// @param fault why the claim broke off
  record Found(
      List<RowInput> moments,
      List<FromLine> lines,
      Set<String> breakers,
      Instant nextDue,
      Optional<RuntimeException> fault) {}

  /// A row that is to go on.
  ///
  /// @param probes the breaker that it tries, null when it tries none
  /// @param reads how often it was read
  record Arrived(RowInput input, @Nullable CircuitBreaker probes, int reads) {
    Arrived readAgain(final RowInput other) {
      return new Arrived(other, probes, reads + 1);
    }
  }

  private final PendingRows pending;
  private final Lookups lookups;
  private final EventFanOut eventFanOut;
  private final Delivery delivery;
  private final CircuitBreakers breakers;
  private final Counters counters;

  /// Breakers whose line goes through.
  private final Set<CircuitBreaker> through = new HashSet<>();

  private final ArrayDeque<Arrived> urgent = new ArrayDeque<>();
  private final ArrayDeque<Arrived> others = new ArrayDeque<>();
  private Set<String> lines = Set.of();
  private boolean asked;

  /// How many rows are read once more just now.
  private int readAgain;

  private Instant lastLook = Instant.EPOCH;
  private Instant nextLook = Instant.MIN;
  private Instant nextLookForOverdue = Instant.MIN;

  DueWork(
      final PendingRows pending,
      final Lookups lookups,
      final EventFanOut eventFanOut,
      final Delivery delivery,
      final CircuitBreakers breakers,
      final Counters counters) {
    this.pending = pending;
    this.lookups = lookups;
    this.eventFanOut = eventFanOut;
    this.delivery = delivery;
    this.breakers = breakers;
    this.counters = counters;
  }

  // ---- asking ---------------------------------------------------------------------------------

  /// Asks for rows, unless it is too early or nothing waits. Answers when to look again.
  Instant look(final Instant now) {
    if (asked || readAgain > 0 || !urgent.isEmpty() || !others.isEmpty()) {
      return Instant.MAX; // what comes of it is an input, or is worked off first
    }
    if (pending.isEmpty()) {
      return now.plus(LONGEST_REST);
    }
    final var next = earlier(nextLook, later(pending.soonest(), lastLook.plus(BETWEEN_LOOKS)));
    if (now.isBefore(next)) {
      return next;
    }
    asked = true;
    lastLook = now;
    lookups.ask(pending.claim(now, room(), overdue(now), bounded(now), behind(now)));
    return Instant.MAX;
  }

  private static Instant earlier(final Instant one, final Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private int room() {
    return Math.min(ROWS_PER_LOOK, delivery.roomForMore());
  }

  /// What waits in a line for so long that it is over must not wait for the service to say so.
  private int overdue(final Instant now) {
    if (lines.isEmpty() || now.isBefore(nextLookForOverdue)) {
      return 0;
    }
    nextLookForOverdue = now.plus(BETWEEN_LOOKS_FOR_OVERDUE);
    return ROWS_PER_LOOK;
  }

  /// The lines that wait for the app's own settings to be corrected: one such app must not fill the
  /// waiting room.
  private Set<String> bounded(final Instant now) {
    final Set<String> bounded = new HashSet<>();
    for (final var line : lines) {
      if (breakers.hasSender(line) && breakers.named(line).isWithheld(now)) {
        bounded.add(line);
      }
    }
    return bounded;
  }

  @Override
  public void clockSet(final Duration step) {
    lastLook = Instant.EPOCH;
    nextLook = Instant.MIN;
    nextLookForOverdue = Instant.MIN;
  }

  /// The credentials or the bundle id of an app changed: what waits for that is tried at once.
  void appChanged(final AppId app, final Instant now) {
    breakers.changed(app, now);
    nextLook = Instant.MIN;
  }

  /// What stood in the way to the receivers of a sender may be gone: what waits is tried at once.
  void wayChanged(final SenderId id, final Instant now) {
    breakers.changed(id, now);
    nextLook = Instant.MIN;
  }

  /// A sender came or went: what waits for it is taken up at once, or no more.
  void senderChanged(final SenderId id) {
    breakers.forget(id);
    through.removeIf(breaker -> CircuitBreakers.isOf(breaker.name(), id));
    delivery.senderChanged(id);
    nextLook = Instant.MIN;
  }

  /// The lines share the room, so that no service waits for another. Of a line whose breaker is
  /// open, the first may try. A line whose sender is gone is not looked at.
  private Map<String, Integer> behind(final Instant now) {
    final Map<String, Integer> behind = new HashMap<>();
    final var here = lines.stream().filter(breakers::hasSender).toList();
    for (final var line : here) {
      final var breaker = breakers.named(line);
      if (!breaker.isOpen(now)) {
        behind.put(line, Math.ceilDiv(room(), here.size()));
      } else {
        breaker.goesThrough(null);
        if (breaker.wantsProbe(now)) {
          behind.put(line, 1);
        }
      }
    }
    return behind;
  }

  // ---- what came ------------------------------------------------------------------------------

  /// Those of the claim whose moment has come and that are urgent are here.
  void urgentArrived(final List<RowInput> found) {
    found.forEach(row -> add(new Arrived(row, null, 1)));
  }

  /// The others that were claimed are here.
  void arrived(final Found found, final Instant now) {
    asked = false;
    final var nextDue = pending.arrived(found.nextDue());
    found.moments().forEach(row -> add(new Arrived(row, null, 1)));
    found.lines().forEach(line -> arrived(line, now));
    if (found.fault().isPresent()) {
      counters.faults.increment();
      LOG.error("the waiting room could not be read", found.fault().get());
      nextLook = now.plus(AFTER_A_FAULT);
      return;
    }
    final boolean isNewLine = !lines.containsAll(found.breakers());
    lines = found.breakers();
    through.removeIf(this::isThrough);
    if (isNewLine || !urgent.isEmpty() || !others.isEmpty()) {
      nextLook = now;
    } else if (lines.stream().anyMatch(breakers::hasSender)
        || !nextDue.isAfter(now)) { // or there was no room
      nextLook = now.plus(BETWEEN_LOOKS);
    } else {
      nextLook = earlier(nextDue, now.plus(LONGEST_REST));
    }
  }

  private void arrived(final FromLine line, final Instant now) {
    final var breaker = breakers.named(line.breaker());
    final boolean isOpen = breaker.isOpen(now);
    line.rows().forEach(row -> add(new Arrived(row, isOpen ? breaker : null, 1)));
    if (!isOpen && !line.rows().isEmpty()) {
      breaker.goesThrough(line.rows().getLast().row().lane());
      through.add(breaker);
    }
  }

  private void add(final Arrived row) {
    lineOf(row).add(row);
  }

  private ArrayDeque<Arrived> lineOf(final Arrived row) {
    return switch (row.input.row().lane()) {
      case URGENT -> urgent;
      case NORMAL, BULK -> others;
    };
  }

  /// A row was read once more: it goes on as the next one.
  void readAgain(final Arrived row) {
    readAgain--;
    lineOf(row).addFirst(row);
  }

  private boolean isThrough(final CircuitBreaker breaker) {
    if (lines.contains(breaker.name())) {
      return false;
    }
    breaker.goesThrough(null);
    return true;
  }

  // ---- going on -------------------------------------------------------------------------------

  /// Lets the next urgent row go on; false when there is none.
  boolean nextUrgent(final Instant now) {
    return next(urgent, now);
  }

  /// Lets the next less urgent row go on; false when there is none.
  boolean nextOther(final Instant now) {
    return next(others, now);
  }

  boolean hasUrgent() {
    return !urgent.isEmpty();
  }

  boolean hasOthers() {
    return !others.isEmpty();
  }

  private boolean next(final ArrayDeque<Arrived> from, final Instant now) {
    final var next = from.poll();
    if (next == null) {
      return false;
    }
    final var row = next.input.row();
    if (pending.isStillThere(row, now)) {
      if (eventFanOut.accepts(next.input, next.reads)) {
        goOn(next, row, now);
      } else {
        readAgain++;
        lookups.askAgain(next);
      }
    }
    return true;
  }

  private void goOn(final Arrived next, final Waiting row, final Instant now) {
    if (next.probes instanceof final CircuitBreaker breaker && breaker.wantsProbe(now)) {
      breaker.sendsAsProbe(row.key());
    }
    try {
      eventFanOut.comeBack(next.input, now);
    } catch (final RuntimeException fault) { // the row is claimed: without a note it would be lost
      counters.faults.increment();
      LOG.error("event {} could not be taken up for {}", row.event(), row.target(), fault);
      eventFanOut.putBack(row, now);
    }
  }
}
