package dev.reveille.sip.transaction;

/// How transactions of one connection behave.
///
/// @param isReliable TCP and TLS: nothing is repeated
/// @param most how many transactions there may be at a time, of both sides together
public record TransactionSettings(TimerValues timers, boolean isReliable, int most) {
  /// A thousand, which is the most of one connection.
  public static final int MOST = 1_000;

  public TransactionSettings {
    if (most < 1 || most > 1_000_000) {
      throw new IllegalArgumentException(
          "transactions per connection are from 1 to 1000000, not " + most);
    }
  }

  /// TCP and TLS with the standard timers.
  public static TransactionSettings reliable() {
    return new TransactionSettings(TimerValues.STANDARD, /* isReliable= */ true, MOST);
  }

  /// UDP with the standard timers.
  public static TransactionSettings unreliable() {
    return new TransactionSettings(TimerValues.STANDARD, /* isReliable= */ false, MOST);
  }
}
