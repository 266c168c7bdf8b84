package dev.reveille.http.server;

import java.time.Duration;

/// The rule by which a route takes the bodies of its requests.
///
/// @param most bytes; more is 413. Negative for the listener's own limit ([HttpLimits#body])
/// @param time from the complete head to the complete body; more is 408. Zero for the listener's
///   own ([HttpLimits.Times#body])
/// @param how what the handler gets
public record BodyRule(long most, Duration time, How how) {

  /// The form in which the handler gets a body.
  public enum How {
    /// The whole body in memory, once it is complete.
    WHOLE,

    /// The whole body once it is complete: in memory up to [#SPOOLED_ABOVE] bytes, a larger one in
    /// a file without a name, which [Exchange#bodyStream] reads.
    SPOOLED,

    /// The request as soon as its head is complete; the body is read from [Exchange#bodyStream]
    /// while it comes. The peer sends no faster than the handler reads.
    STREAMED
  }

  /// The largest spooled body that stays in memory, in bytes.
  public static final int SPOOLED_ABOVE = 256 * 1024;

  /// So many bytes of a body are taken before its sender is known ([HttpHandler#bodyOwner]).
  public static final int UNASKED = 16 * 1024;

  private static final int MOST_IN_MEMORY = 256 * 1024 * 1024;

  /// As the listener's limits say, in memory.
  public static final BodyRule USUAL = new BodyRule(-1, Duration.ZERO, How.WHOLE);

  public BodyRule {
    if (how == How.WHOLE && most > MOST_IN_MEMORY) {
      throw new IllegalArgumentException(
          "a body of " + most + " bytes is spooled or streamed, not held in memory");
    }
    if (time.isNegative()) {
      throw new IllegalArgumentException("a body's time (" + time + ") must not be negative");
    }
  }

  /// @param most bytes; more is 413
  public static BodyRule whole(final long most) {
    return new BodyRule(most, Duration.ZERO, How.WHOLE);
  }

  /// @param most bytes; more is 413
  public static BodyRule spooled(final long most) {
    return new BodyRule(most, Duration.ZERO, How.SPOOLED);
  }

  /// @param most bytes; more is 413
  public static BodyRule streamed(final long most) {
    return new BodyRule(most, Duration.ZERO, How.STREAMED);
  }

  /// @param other from the complete head to the complete body
  public BodyRule withTime(final Duration other) {
    return new BodyRule(most, other, how);
  }

  /// Whether the sender must be known before anything of a body is taken.
  ///
  /// @param announced bytes, negative when the request does not say how many
  boolean asksFirst(final long announced) {
    return announced > UNASKED || announced < 0 && how != How.WHOLE;
  }

  /// Whether a body is handed on in pieces.
  ///
  /// @param announced bytes, negative when the request does not say how many
  boolean isInPieces(final long announced) {
    return switch (how) {
      case WHOLE -> false;
      case SPOOLED -> announced < 0 || announced > SPOOLED_ABOVE;
      case STREAMED -> announced != 0;
    };
  }
}
