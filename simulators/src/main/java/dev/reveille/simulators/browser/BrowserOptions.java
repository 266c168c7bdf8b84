package dev.reveille.simulators.browser;

import java.time.Duration;
import java.time.InstantSource;

/// The settings of the simulator of a Web Push service. Ports of 0 are chosen by the system.
///
/// @param host in the endpoints that it hands out
/// @param longestLife a longer TTL is cut to this
/// @param subscriptionPerMinute pushes to one subscription, beyond it 429
/// @param receipts whether and how senders are told what browsers acknowledged
/// @param quick count and answer only: nothing is read, kept or decrypted, subscriptions need not
///   exist; the sink of a measurement
/// @param streams of HTTP/2 at once
/// @param loops threads
/// @param kept so many arrivals are remembered for `GET /pushes`
/// @param clock for statements, limits and times to live
public record BrowserOptions(
    int port,
    int controlPort,
    String host,
    Duration longestLife,
    int subscriptionPerMinute,
    ReceiptMode receipts,
    boolean quick,
    int streams,
    int loops,
    int kept,
    InstantSource clock) {

  public static final BrowserOptions DEFAULT =
      new BrowserOptions(
          0,
          0,
          "localhost",
          Duration.ofDays(28),
          600,
          ReceiptMode.NONE,
          false,
          100,
          1,
          100_000,
          InstantSource.system());

  public BrowserOptions withPorts(final int service, final int control) {
    return new BrowserOptions(
        service,
        control,
        host,
        longestLife,
        subscriptionPerMinute,
        receipts,
        quick,
        streams,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withHost(final String value) {
    return new BrowserOptions(
        port,
        controlPort,
        value,
        longestLife,
        subscriptionPerMinute,
        receipts,
        quick,
        streams,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withLimit(final int perMinute) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        perMinute,
        receipts,
        quick,
        streams,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withReceipts(final ReceiptMode value) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        subscriptionPerMinute,
        value,
        quick,
        streams,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withQuick(final boolean value) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        subscriptionPerMinute,
        receipts,
        value,
        streams,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withStreams(final int value) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        subscriptionPerMinute,
        receipts,
        quick,
        value,
        loops,
        kept,
        clock);
  }

  public BrowserOptions withLoops(final int value) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        subscriptionPerMinute,
        receipts,
        quick,
        streams,
        value,
        kept,
        clock);
  }

  public BrowserOptions withClock(final InstantSource value) {
    return new BrowserOptions(
        port,
        controlPort,
        host,
        longestLife,
        subscriptionPerMinute,
        receipts,
        quick,
        streams,
        loops,
        kept,
        value);
  }
}
