package dev.reveille.simulators.service;

import java.time.Duration;

/// A fault that a test orders at a simulator: which requests it meets, and what happens to them.
///
/// @param token only requests to this device token, or "" for all
/// @param times so many requests, 0 for all that come
/// @param probability meets a matching request with this chance, from a generator with `seed`
/// @param delay before anything else happens
/// @param action what happens
/// @param status for [Action#ANSWER]
/// @param word the reason in the answer, or the reset code's or GOAWAY reason's name
/// @param timestamp in the answer's body (Apple's 410), in milliseconds, or 0
/// @param retryAfter seconds for a Retry-After header, or 0
/// @param delivered the device gets the push although the sender is told otherwise
/// @param number streams for [Action#STREAM_LIMIT], milliseconds after each byte for [Action#DRIP]
public record Fault(
    String token,
    int times,
    double probability,
    long seed,
    Duration delay,
    Action action,
    int status,
    String word,
    long timestamp,
    int retryAfter,
    boolean delivered,
    int number) {

  /// The effects that a fault can have on a request.
  public enum Action {
    /// Nothing more than the delay.
    NONE,
    /// An answer of the test's choice.
    ANSWER,
    /// No answer, ever.
    STALL,
    /// RST_STREAM; `word` is the code, such as `REFUSED_STREAM`.
    RESET,
    /// GOAWAY that covers this request and all before: they are answered, then the connection
    /// closes.
    GOAWAY_AFTER,
    /// GOAWAY that leaves out this request and all after it: they were not processed.
    GOAWAY_BEFORE,
    /// GOAWAY that covers this request, which is never answered, and the connection closes.
    GOAWAY_UNANSWERED,
    /// The TCP connection is cut.
    CUT,
    /// SETTINGS with `number` streams, then all goes on as usual.
    STREAM_LIMIT,
    /// The usual answer, a byte at a time.
    DRIP
  }

  private static final Fault PLAIN =
      new Fault("", 1, 1.0, 0, Duration.ZERO, Action.NONE, 0, "", 0, 0, false, 0);

  public static Fault answer(final PushRefusal reason) {
    return answer(reason.status(), reason.name());
  }

  public static Fault answer(final int status, final String word) {
    return new Fault("", 1, 1.0, 0, Duration.ZERO, Action.ANSWER, status, word, 0, 0, false, 0);
  }

  public static Fault of(final Action action) {
    return new Fault("", 1, 1.0, 0, Duration.ZERO, action, 0, "", 0, 0, false, 0);
  }

  public static Fault reset(final String code) {
    return new Fault("", 1, 1.0, 0, Duration.ZERO, Action.RESET, 0, code, 0, 0, false, 0);
  }

  public static Fault delay(final Duration time) {
    return PLAIN.after(time);
  }

  public static Fault streamLimit(final int streams) {
    return new Fault(
        "", 1, 1.0, 0, Duration.ZERO, Action.STREAM_LIMIT, 0, "", 0, 0, false, streams);
  }

  /// @param pause after each byte
  public static Fault drip(final Duration pause) {
    return new Fault(
        "",
        1,
        1.0,
        0,
        Duration.ZERO,
        Action.DRIP,
        0,
        "",
        0,
        0,
        false,
        Math.toIntExact(pause.toMillis()));
  }

  public Fault to(final String deviceToken) {
    return new Fault(
        deviceToken,
        times,
        probability,
        seed,
        delay,
        action,
        status,
        word,
        timestamp,
        retryAfter,
        delivered,
        number);
  }

  public Fault times(final int count) {
    return new Fault(
        token,
        count,
        probability,
        seed,
        delay,
        action,
        status,
        word,
        timestamp,
        retryAfter,
        delivered,
        number);
  }

  public Fault always() {
    return times(0);
  }

  public Fault withChance(final double chance, final long randomSeed) {
    return new Fault(
        token,
        times,
        chance,
        randomSeed,
        delay,
        action,
        status,
        word,
        timestamp,
        retryAfter,
        delivered,
        number);
  }

  public Fault after(final Duration time) {
    return new Fault(
        token,
        times,
        probability,
        seed,
        time,
        action,
        status,
        word,
        timestamp,
        retryAfter,
        delivered,
        number);
  }

  public Fault saying(final String text) {
    return new Fault(
        token,
        times,
        probability,
        seed,
        delay,
        action,
        status,
        text,
        timestamp,
        retryAfter,
        delivered,
        number);
  }

  public Fault since(final long milliseconds) {
    return new Fault(
        token,
        times,
        probability,
        seed,
        delay,
        action,
        status,
        word,
        milliseconds,
        retryAfter,
        delivered,
        number);
  }

  public Fault withRetryAfter(final int seconds) {
    return new Fault(
        token,
        times,
        probability,
        seed,
        delay,
        action,
        status,
        word,
        timestamp,
        seconds,
        delivered,
        number);
  }

  public Fault butDelivered() {
    return new Fault(
        token,
        times,
        probability,
        seed,
        delay,
        action,
        status,
        word,
        timestamp,
        retryAfter,
        true,
        number);
  }
}
