package dev.reveille.routing.port;

import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A line of a trail: what was known, decided, tried or answered for a target of an event or of a
/// send. [NoDevice] has no target, [Targets] has several of a send.
///
/// The usual event leaves one `Opening` that already holds the first answer. What happens later (a
/// retry, an acknowledgement) is a `Later` line. An event is settled when as many different devices
/// are settled as its newest opening (or `NoDevice`) says there are; a device has one settled line.
/// After a restart a device that was not settled may have a second opening.
public sealed interface TrailEntry {
  /// The event's sequence.
  long event();

  Instant at();

  /// The opening line of a device: what was known, what was decided, and the first answer.
  ///
  /// @param devices to how many devices the event went in all, over all recipients
  /// @param user whose device it is
  /// @param target the device
  /// @param at when it was decided; the line is written when the first answer is there
  record Opening(
      long event,
      int devices,
      UserId user,
      TargetKey target,
      Instant at,
      Known known,
      String decision,
      Reason why,
      List<Try> tries,
      boolean settled)
      implements TrailEntry {
    public Opening {
      tries = List.copyOf(tries);
    }
  }

  /// A later line of a target: a further try, an acknowledgement, a receipt.
  ///
  /// @param service to which the address of a send's target belongs; "" for a device, and where it
  ///   is not known
  record Later(
      long event, TargetKey target, String service, Instant at, List<Try> tries, boolean settled)
      implements TrailEntry {
    public Later {
      tries = List.copyOf(tries);
    }

    /// Of a device, or of a target whose service is not known.
    public Later(
        final long event,
        final TargetKey target,
        final Instant at,
        final List<Try> tries,
        final boolean settled) {
      this(event, target, "", at, tries, settled);
    }
  }

  /// No device was told at all; `devices` as in [Opening], 0 when no recipient has one.
  record NoDevice(long event, int devices, UserId user, Instant at, Reason why)
      implements TrailEntry {}

  /// The results of several targets of a send; written together, so that a large send costs a few
  /// lines.
  record Targets(long event, Instant at, List<OfTarget> targets) implements TrailEntry {
    public Targets {
      targets = List.copyOf(targets);
    }
  }

  /// The result of one target of a send.
  ///
  /// @param number of the target in the send's audience
  /// @param service to which its address belongs
  /// @param template the name of its own template, in whose words it is told; "" where all targets
  ///   are told the same
  /// @param settled nothing more is to come
  /// @param waits its work waits as a row: what follows are [Later] lines
  record OfTarget(
      long number,
      TargetKey target,
      String service,
      String template,
      List<Try> tries,
      boolean settled,
      boolean waits) {
    public OfTarget {
      tries = List.copyOf(tries);
    }

    /// One that is told the same as all.
    public OfTarget(
        final long number,
        final TargetKey target,
        final String service,
        final List<Try> tries,
        final boolean settled,
        final boolean waits) {
      this(number, target, service, "", tries, settled, waits);
    }

    /// The same told in the words of this template.
    public OfTarget with(final String named) {
      return new OfTarget(number, target, service, named, tries, settled, waits);
    }
  }

  /// The state of user and device that was known when the decision was made.
  ///
  /// @param reported the app's own word for its state, "" when it reported none
  record Known(
      boolean channelOpen, boolean foreground, String reported, String platform, int osMajor) {}

  /// One attempt and its result.
  ///
  /// @param way `live`, `push` or `receipt`; `relay` for a line of a relay's own trail, whose
  ///   detail begins with the relay's domain and a colon
  /// @param number counts from 1 per way
  /// @param outcome the word of an [Outcome]; older versions may have had others
  /// @param detail the platform's words or receipt, never content
  /// @param cause why the push service was not reached, where that is known
  record Try(
      String way,
      int number,
      Instant at,
      String outcome,
      Reason why,
      String detail,
      Optional<Cause> cause) {
    public Try(
        final String way,
        final int number,
        final Instant at,
        final String outcome,
        final Reason why,
        final String detail) {
      this(way, number, at, outcome, why, detail, Optional.empty());
    }

    public Try withCause(final Optional<Cause> known) {
      return new Try(way, number, at, outcome, why, detail, known);
    }

    public Try(
        final String way,
        final int number,
        final Instant at,
        final Outcome outcome,
        final Reason why,
        final String detail) {
      this(way, number, at, outcome.word(), why, detail);
    }
  }
}
