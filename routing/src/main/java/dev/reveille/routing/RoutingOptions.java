package dev.reveille.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The limits of routing's memory and its time-out. Immutable; nothing is checked here.
///
/// @param patience how long a live delivery waits for its acknowledgement
/// @param mostInHeap events let in and not yet dispatched
/// @param urgentReserve how many more calls and call ends are let in
/// @param mostInFlight deliveries in memory before the less urgent ones wait as rows
/// @param mostWaiting rows before only calls and call ends are let in
/// @param mostRinging units of [#BYTES_PER_UNIT] for calls that ring or ended a moment ago: one per
///   recipient, and [#UNITS_PER_CALL] per call
/// @param mostRingingPerKey the same for calls that were handed in with one key
/// @param lowered limits that were configured and do not fit into the heap
public record RoutingOptions(
    Duration patience,
    int mostInHeap,
    int urgentReserve,
    int mostInFlight,
    long mostWaiting,
    long mostRinging,
    long mostRingingPerKey,
    List<Lowered> lowered) {
  /// What a recipient of a call in memory is counted with.
  public static final int BYTES_PER_UNIT = RingingRoom.BYTES_PER_UNIT;

  /// What a call is counted with beside its recipients.
  public static final int UNITS_PER_CALL = RingingRoom.UNITS_PER_CALL;

  /// Heap that one credit stands for: an event of the usual size that was let in, or its delivery
  /// to one device under way.
  public static final int BYTES_PER_CREDIT = 2_048;

  public static final RoutingOptions DEFAULT =
      new RoutingOptions(
          Duration.ofSeconds(2), 20_000, 5_000, 50_000, 5_000_000, 4_000_000, 1_000_000, List.of());

  public RoutingOptions withPatience(final Duration other) {
    return new RoutingOptions(
        other,
        mostInHeap,
        urgentReserve,
        mostInFlight,
        mostWaiting,
        mostRinging,
        mostRingingPerKey,
        lowered);
  }

  /// The share of the heap that calls may take.
  ///
  /// @param bytes over all
  /// @param bytesPerKey of the calls that one key handed in
  public RoutingOptions withRinging(final long bytes, final long bytesPerKey) {
    return new RoutingOptions(
        patience,
        mostInHeap,
        urgentReserve,
        mostInFlight,
        mostWaiting,
        bytes / BYTES_PER_UNIT,
        bytesPerKey / BYTES_PER_UNIT,
        lowered);
  }

  /// A limit that was configured and does not fit into the heap.
  public record Lowered(String setting, long configured, long inForce) {}

  /// Lowers what may be under way to what these bytes of heap hold: half for events let in, half
  /// for deliveries. What that lowers is told in [#lowered], unless it is nothing but the default.
  public RoutingOptions within(final long bytes) {
    final int credits = (int) Math.clamp(bytes / 2 / BYTES_PER_CREDIT, 64, Integer.MAX_VALUE / 4);
    final int urgent = Math.min(urgentReserve, credits / 5);
    final int events = Math.min(mostInHeap, credits - urgent);
    final int deliveries = Math.min(mostInFlight, credits - credits / 5);
    final var all = new ArrayList<Lowered>();
    note(all, "routing.max-queued-events", mostInHeap, DEFAULT.mostInHeap, events);
    note(all, "routing.urgent-reserve", urgentReserve, DEFAULT.urgentReserve, urgent);
    note(all, "routing.max-in-flight", mostInFlight, DEFAULT.mostInFlight, deliveries);
    return new RoutingOptions(
        patience,
        events,
        urgent,
        deliveries,
        mostWaiting,
        mostRinging,
        mostRingingPerKey,
        List.copyOf(all));
  }

  private static void note(
      final List<Lowered> all,
      final String setting,
      final int configured,
      final int usual,
      final int inForce) {
    if (inForce < configured && configured != usual) {
      all.add(new Lowered(setting, configured, inForce));
    }
  }

  /// @param events let in and not yet dispatched
  /// @param urgent how many more calls and call ends are let in
  public RoutingOptions withInHeap(final int events, final int urgent) {
    return new RoutingOptions(
        patience,
        events,
        urgent,
        mostInFlight,
        mostWaiting,
        mostRinging,
        mostRingingPerKey,
        lowered);
  }

  public RoutingOptions withInFlight(final int deliveries) {
    return new RoutingOptions(
        patience,
        mostInHeap,
        urgentReserve,
        deliveries,
        mostWaiting,
        mostRinging,
        mostRingingPerKey,
        lowered);
  }

  public RoutingOptions withWaiting(final long rows) {
    return new RoutingOptions(
        patience,
        mostInHeap,
        urgentReserve,
        mostInFlight,
        rows,
        mostRinging,
        mostRingingPerKey,
        lowered);
  }
}
