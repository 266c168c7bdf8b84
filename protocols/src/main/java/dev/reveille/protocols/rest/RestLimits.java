package dev.reveille.protocols.rest;

/// The rate limits of the API, per key and in total; beyond them it answers 429 or 503.
///
/// @param perKeyPerSecond events and other requests with one key, per second on average
/// @param perKeyBurst how many of them at once
/// @param strangersPerSecond requests without a valid key from one address, per second on average
/// @param strangersBurst how many of them at once
/// @param blockingAtOnce requests that may wait for the store at once; more are answered 503. Those
///   without a known key have a quarter; of the rest an organisation takes at most half while
///   another one has requests there, too
/// @param waitingAtOnce requests that may wait for a call to change at once; an organisation takes
///   at most half while another one waits, too
/// @param waitingPerKey how many of them with one key
public record RestLimits(
    int perKeyPerSecond,
    int perKeyBurst,
    int strangersPerSecond,
    int strangersBurst,
    int blockingAtOnce,
    int waitingAtOnce,
    int waitingPerKey) {
  public static final RestLimits DEFAULT =
      new RestLimits(200_000, 400_000, 10, 100, 1_024, 20_000, 1_000);

  public RestLimits {
    if (Math.min(
                Math.min(perKeyPerSecond, perKeyBurst),
                Math.min(strangersPerSecond, strangersBurst))
            < 1
        || Math.min(Math.min(blockingAtOnce, waitingAtOnce), waitingPerKey) < 1) {
      throw new IllegalArgumentException(
          "limits of the API must be 1 or more: per key %d a second and bursts of %d, strangers %d and %d, at once %d and %d"
              .formatted(
                  perKeyPerSecond,
                  perKeyBurst,
                  strangersPerSecond,
                  strangersBurst,
                  blockingAtOnce,
                  waitingAtOnce));
    }
  }

  /// @param perSecond on average
  /// @param burst at once
  public RestLimits withPerKey(final int perSecond, final int burst) {
    return new RestLimits(
        perSecond,
        burst,
        strangersPerSecond,
        strangersBurst,
        blockingAtOnce,
        waitingAtOnce,
        waitingPerKey);
  }

  /// @param perSecond on average
  /// @param burst at once
  public RestLimits withStrangers(final int perSecond, final int burst) {
    return new RestLimits(
        perKeyPerSecond,
        perKeyBurst,
        perSecond,
        burst,
        blockingAtOnce,
        waitingAtOnce,
        waitingPerKey);
  }

  /// @param blocking requests that may wait for the store
  /// @param waiting requests that may wait for a call to change
  public RestLimits withAtOnce(final int blocking, final int waiting) {
    return new RestLimits(
        perKeyPerSecond,
        perKeyBurst,
        strangersPerSecond,
        strangersBurst,
        blocking,
        waiting,
        waitingPerKey);
  }
}
