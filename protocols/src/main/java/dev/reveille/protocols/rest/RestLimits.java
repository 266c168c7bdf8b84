package dev.reveille.protocols.rest;

/// How much the API takes from whom before it answers 429.
///
/// @param perKeyPerSecond events and other requests with one key, per second on average
/// @param perKeyBurst how many of them at once
/// @param strangersPerSecond requests without a valid key from one address, per second on average
/// @param strangersBurst how many of them at once
/// @param blockingAtOnce requests that may wait for the store at once; more are answered 503
/// @param waitingAtOnce requests that may wait for a call to change at once
public record RestLimits(
    int perKeyPerSecond,
    int perKeyBurst,
    int strangersPerSecond,
    int strangersBurst,
    int blockingAtOnce,
    int waitingAtOnce) {
  public static final RestLimits DEFAULT = new RestLimits(200_000, 400_000, 10, 100, 1_024, 20_000);

  public RestLimits {
    if (Math.min(
                Math.min(perKeyPerSecond, perKeyBurst),
                Math.min(strangersPerSecond, strangersBurst))
            < 1
        || Math.min(blockingAtOnce, waitingAtOnce) < 1) {
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
        perSecond, burst, strangersPerSecond, strangersBurst, blockingAtOnce, waitingAtOnce);
  }

  /// @param perSecond on average
  /// @param burst at once
  public RestLimits withStrangers(final int perSecond, final int burst) {
    return new RestLimits(
        perKeyPerSecond, perKeyBurst, perSecond, burst, blockingAtOnce, waitingAtOnce);
  }

  /// @param blocking requests that may wait for the store
  /// @param waiting requests that may wait for a call to change
  public RestLimits withAtOnce(final int blocking, final int waiting) {
    return new RestLimits(
        perKeyPerSecond, perKeyBurst, strangersPerSecond, strangersBurst, blocking, waiting);
  }
}
