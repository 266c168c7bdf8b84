package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up again what waited: rows whose moment has come, and rows behind a [Gate] whose service
/// answers again. As many as there is room for: the rest stays on disk.
///
/// Belongs to the dispatcher's thread.
final class Returns {
  private static final Logger LOG = LoggerFactory.getLogger(Returns.class);
  private static final int ROWS_PER_LOOK = 500;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final Duration BETWEEN_LOOKS_FOR_OVERDUE = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMillis(250);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAULT_WITH_ONE = Duration.ofSeconds(10);

  /// The first of a line may have nothing to send any more; then the next one is asked.
  private static final int ASKED_FOR_A_PROBE = 100;

  private final Rows rows;
  private final Fanout fanout;
  private final Delivery delivery;
  private final Gates gates;
  private final Counters counters;

  /// Gates whose line goes through.
  private final Set<Gate> through = new HashSet<>();

  private Instant nextLook = Instant.MIN;
  private Instant nextLookForOverdue = Instant.MIN;

  Returns(
      final Rows rows,
      final Fanout fanout,
      final Delivery delivery,
      final Gates gates,
      final Counters counters) {
    this.rows = rows;
    this.fanout = fanout;
    this.delivery = delivery;
    this.gates = gates;
    this.counters = counters;
  }

  /// Looks, unless it is too early. Answers when to look again.
  Instant look(final Instant now) {
    if (now.isBefore(nextLook)) {
      return nextLook;
    }
    try {
      final var due = rows.nextDue();
      final var lines = rows.gates();
      through.removeIf(gate -> isThrough(gate, lines));
      if (due.isAfter(now) && lines.isEmpty()) {
        final var rest = now.plus(LONGEST_REST);
        return due.isBefore(rest) ? due : rest;
      }
      int came = due.isAfter(now) ? 0 : comeBack(rows.claimDue(now, room()), now);
      came += overdue(lines, now);
      for (final var line : lines) {
        came += fromLine(gates.named(line), lines.size(), now);
      }
      nextLook = came == 0 ? now.plus(BETWEEN_LOOKS) : now;
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("the waiting room could not be read", fault);
      nextLook = now.plus(AFTER_A_FAULT);
    }
    return nextLook;
  }

  private static boolean isThrough(final Gate gate, final Set<String> lines) {
    if (lines.contains(gate.name())) {
      return false;
    }
    gate.goesThrough(null);
    return true;
  }

  private int room() {
    return Math.min(ROWS_PER_LOOK, delivery.roomForMore());
  }

  /// What waits in a line for so long that it is over must not wait for the service to say so.
  private int overdue(final Set<String> lines, final Instant now) {
    if (lines.isEmpty() || now.isBefore(nextLookForOverdue)) {
      return 0;
    }
    nextLookForOverdue = now.plus(BETWEEN_LOOKS_FOR_OVERDUE);
    return comeBack(rows.claimOverdue(now, ROWS_PER_LOOK), now);
  }

  /// The lines share the room, so that no service waits for another.
  private int fromLine(final Gate gate, final int lines, final Instant now) {
    if (gate.isShut(now)) {
      gate.goesThrough(null);
      probe(gate, now);
      return 0;
    }
    final int most = Math.ceilDiv(room(), lines);
    final var first = most > 0 ? rows.claimBehind(gate.name(), most) : List.<Waiting>of();
    if (!first.isEmpty()) {
      gate.goesThrough(first.getLast().lane());
      through.add(gate);
    }
    return comeBack(first, now);
  }

  private void probe(final Gate gate, final Instant now) {
    for (int asked = 0; asked < ASKED_FOR_A_PROBE && gate.wantsProbe(now); asked++) {
      final var first = rows.claimBehind(gate.name(), 1);
      for (final var row : first) {
        gate.sendsAsProbe(new Item.Key(row.event(), row.device()));
      }
      if (comeBack(first, now) == 0) {
        return;
      }
    }
  }

  private int comeBack(final List<Waiting> claimed, final Instant now) {
    for (final var row : claimed) {
      try {
        fanout.comeBack(row, now);
      } catch (
          final RuntimeException fault) { // the row is claimed: put it back, or nobody finds it
        counters.faults.increment();
        LOG.error("event {} could not be taken up for {}", row.event(), row.device(), fault);
        rows.park(
            Waiting.until(
                now.plus(AFTER_A_FAULT_WITH_ONE),
                row.event(),
                row.device(),
                row.lane(),
                row.attempts(),
                row.deadline(),
                Reason.INTERNAL));
      }
    }
    return claimed.size();
  }
}
