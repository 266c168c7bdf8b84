package dev.reveille.routing.port;

import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// One try of a push on its way to a platform: made by Delivery, carried out by a [Sender].
/// Immutable. No try leaves at the deadline or later. Right before the request is written, on the
/// event loop of its connection, the sender asks `wanted`, which must not block: when it says no
/// (the call is over, the device acknowledged, the send was cancelled), nothing is sent and the
/// outcome is `Refused(CALL_OVER)`.
///
/// @param work of which it is a try
/// @param to the address at the push service
/// @param id one per job and target, the same on every try: for tracing
/// @param content native, or our own, which the sender gives the form of its service
/// @param style how it shows itself where the push service shows something
/// @param seal whether the push service may read the content
/// @param lane urgent work overtakes the rest
/// @param deadline the expiry that the platform is told is computed from it anew per try, unless a
///   native push has its own
/// @param attempt counts from 1
/// @param wanted whether it is still to be sent
/// @param recipient who is told of an event; empty for a push that is for an address alone
public record Push(
    WorkKey work,
    PushAddress.Direct to,
    UUID id,
    PushContent content,
    NotificationStyle style,
    Seal seal,
    Lane lane,
    Instant deadline,
    int attempt,
    BooleanSupplier wanted,
    Optional<Recipient> recipient) {

  /// A recipient of an event.
  ///
  /// @param user the user's name
  /// @param oneOfMany whether the event has more recipients
  public record Recipient(String user, boolean oneOfMany) {
    @Override
    public String toString() {
      return "Recipient[…]";
    }
  }

  /// The sequence of its job, an event or a send.
  public long event() {
    return work.job();
  }

  /// The same push with its content in another form.
  public Push with(final PushContent other, final NotificationStyle shown, final Seal sealed) {
    return new Push(work, to, id, other, shown, sealed, lane, deadline, attempt, wanted, recipient);
  }

  /// The same push to another address and in the words of its caller there.
  public Push with(final PushAddress.Direct other, final PushContent.Native words) {
    return new Push(
        work,
        other,
        id,
        words,
        NotificationStyle.of(words),
        Seal.OPEN,
        lane,
        deadline,
        attempt,
        wanted,
        recipient);
  }

  /// The same push as its next try.
  public Push again() {
    return new Push(
        work, to, id, content, style, seal, lane, deadline, attempt + 1, wanted, recipient);
  }

  /// For an address alone.
  public Push(
      final WorkKey work,
      final PushAddress.Direct to,
      final UUID id,
      final PushContent content,
      final NotificationStyle style,
      final Seal seal,
      final Lane lane,
      final Instant deadline,
      final int attempt,
      final BooleanSupplier wanted) {
    this(work, to, id, content, style, seal, lane, deadline, attempt, wanted, Optional.empty());
  }

  /// Shows itself as its content says, and is open.
  public Push(
      final WorkKey work,
      final PushAddress.Direct to,
      final UUID id,
      final PushContent content,
      final Lane lane,
      final Instant deadline,
      final int attempt,
      final BooleanSupplier wanted) {
    this(
        work,
        to,
        id,
        content,
        NotificationStyle.of(content),
        Seal.OPEN,
        lane,
        deadline,
        attempt,
        wanted);
  }
}
